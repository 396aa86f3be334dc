//! That Makefile.toml, which only Windows can run, fits wdk-build's own makefile.

use std::path::Path;

use toml::{Table, Value};

use crate::inf;
use crate::process::{cargo, output, root};

fn read(path: &Path) -> Table {
    let text = std::fs::read_to_string(path).unwrap();
    text.parse()
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The makefile of the version of wdk-build that Cargo.lock names.
fn wdk_build() -> (Table, String) {
    let metadata = output(cargo().args(["metadata", "--locked", "--format-version", "1"])).unwrap();
    let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages
        .iter()
        .find(|package| package["name"] == "wdk-build")
        .unwrap();
    let folder = Path::new(package["manifest_path"].as_str().unwrap());
    (
        read(&folder.with_file_name("rust-driver-makefile.toml")),
        package["version"].as_str().unwrap().to_owned(),
    )
}

fn list(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect()
}

#[test]
fn what_is_changed_is_there() {
    let (theirs, version) = wdk_build();
    let ours = read(&root().join("Makefile.toml"));
    let script = ours["config"]["load_script"].as_str().unwrap();
    assert!(
        script.contains(&format!("wdk-build = \"={version}\"")),
        "{script}"
    );
    let (ours, theirs) = (
        ours["tasks"].as_table().unwrap(),
        theirs["tasks"].as_table().unwrap(),
    );
    for (name, task) in ours {
        assert_eq!(
            theirs.contains_key(name),
            !matches!(name.as_str(), "stamp-values" | "infverif-whql"),
            "{name}"
        );
        for needed in task.get("dependencies").map(list).unwrap_or_default() {
            let known = ours.contains_key(needed) || theirs.contains_key(needed);
            assert!(known, "{name} needs {needed}");
        }
        let script = task
            .get("script")
            .and_then(Value::as_str)
            .unwrap_or_default();
        for line in script.lines().filter(|line| line.contains("wdk-build =")) {
            assert!(
                line.contains(&format!("version = \"{version}\"")),
                "{name}: {line}"
            );
        }
    }
    // Of what stampinf gets, date and version alone are others: wdk-build gives the time of day.
    let args = |tasks: &Table| -> Vec<String> {
        let args = list(&tasks["stampinf"]["args"]);
        args.into_iter()
            .map(|arg| {
                if arg.starts_with("${STAMP_") {
                    "*"
                } else {
                    arg
                }
                .to_owned()
            })
            .collect()
    };
    assert_eq!(args(ours), args(theirs));
}

#[test]
fn drivers_are_named_as_their_files() {
    let makefile = read(&root().join("Makefile.toml"));
    let mut names: Vec<_> = list(&makefile["env"]["CARGO_MAKE_WORKSPACE_INCLUDE_MEMBERS"])
        .into_iter()
        .map(|member| {
            let folder = root().join(member);
            let manifest = read(&folder.join("Cargo.toml"));
            let library = manifest["lib"]["name"].as_str().unwrap().to_owned();
            let makefile = read(&folder.join("Makefile.toml"));
            let name = makefile["env"]["CARGO_MAKE_CRATE_FS_NAME"].as_str();
            assert_eq!(name, Some(library.as_str()), "{member}");
            library
        })
        .collect();
    names.sort();
    assert_eq!(names, inf::NAMES);
}
