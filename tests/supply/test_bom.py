from supply.bom import Bom, of_program, without_licence


def package(name: str, **more: object) -> Bom:
    return {"bom-ref": f"{name}==1", "name": name, "licenses": [{"license": {"id": "MIT"}}], **more}


def test_the_list_tells_of_what_the_program_needs_alone() -> None:
    bom: Bom = {
        "metadata": {"component": {"bom-ref": "root"}},
        "components": [package("prometheus_client"), package("pytest"), package("numpy", licenses=[])],
        "dependencies": [
            {"ref": "root", "dependsOn": ["prometheus_client==1", "pytest==1", "numpy==1"]},
            {"ref": "pytest==1", "dependsOn": ["numpy==1"]},
            {"ref": "numpy==1"},
        ],
    }
    found = of_program(bom, {"prometheus-client", "numpy"})
    assert [each["name"] for each in found["components"]] == ["prometheus_client", "numpy"]
    assert found["dependencies"] == [
        {"ref": "root", "dependsOn": ["numpy==1", "prometheus_client==1"]},
        {"ref": "numpy==1", "dependsOn": []},
    ]
    assert without_licence(found) == ["numpy"]


def test_a_licence_that_only_the_text_of_a_package_tells_is_added() -> None:
    bom: Bom = {
        "metadata": {"component": {"bom-ref": "root"}},
        "components": [package("transformers", licenses=[]), package("numpy")],
        "dependencies": [],
    }
    found = of_program(bom, {"transformers", "numpy"})
    assert [each["licenses"][0]["license"]["id"] for each in found["components"]] == ["Apache-2.0", "MIT"]
