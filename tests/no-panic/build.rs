//! Makes a symbol that is not defined an error of the link, which in a shared object it is not
//! by itself.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Unoptimised code keeps panics that are never reached: only a release build is a proof.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rustc-link-arg-cdylib=-Wl,--no-undefined");
    }
    // No start-up code of a C program; memcpy and its like are the C library's.
    println!("cargo::rustc-link-arg-cdylib=-nostartfiles");
    println!("cargo::rustc-link-arg-cdylib=-lc");
}
