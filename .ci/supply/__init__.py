"""What cable-qa is made of and shipped as: hashes of what it needs, known faults in it, a list of it, the packages."""
