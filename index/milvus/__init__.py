"""An index that many machines share: the cables, their words and their vectors in Milvus, for any number of readers.

A build reads and embeds in its own folder, as ever, and tells Milvus of what has changed there.
"""
