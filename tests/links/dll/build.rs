//! No C runtime: the library needs nothing of it.

fn main() {
    for argument in ["-nostartfiles", "-Wl,-e,DllMain"] {
        println!("cargo::rustc-link-arg-cdylib={argument}");
    }
    println!("cargo::rerun-if-changed=build.rs");
}
