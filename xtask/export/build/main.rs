//! Reads the source of plug61883-abi: names, types and documentation. Every number is left to the
//! compiler: what is written here names the constants, sizes and offsets, and `src/tables.rs`
//! includes it.
//!
//! Its structures are declared by macros, whose regular forms `read.rs` knows; what does not have
//! that form stops the build.

mod read;

use std::path::{Path, PathBuf};
use std::{env, fs};

use proc_macro2::TokenStream;
use quote::quote;

use read::{Constant, Constants, Item, Structure};

/// Modules of constants of 61883.h that requests and replies hold.
const AV61883_CONSTANTS: &[&str] = &[
    "plug_state",
    "speed",
    "plug_location",
    "connect_type",
    "unit_info_flags",
    "diag_level",
    "unit_info_level",
    "set_unit_info_level",
    "address_type",
    "hardware_flags",
    "block_period",
];
/// Structures of 61883.h that requests and replies hold.
const AV61883_STRUCTURES: &[&str] = &["CipDataFormat", "UnitIsochParams"];
/// Numbers with a type of their own.
const NUMBERS: &[&str] = &[
    "UnitId",
    "ConnectionId",
    "DirectoryId",
    "PlugId",
    "NtStatus",
    "AvPcr",
];
/// Plug registers that the interface gives.
const REGISTERS: &[&str] = &["Opcr", "Ipcr", "Ompr", "Impr"];

/// Everything that was read, as elements of the tables.
#[derive(Default)]
struct Tables {
    structures: Vec<TokenStream>,
    constants: Vec<TokenStream>,
    numbers: Vec<TokenStream>,
    enumerations: Vec<TokenStream>,
    statuses: Vec<TokenStream>,
    registers: Vec<TokenStream>,
    foreign: Vec<TokenStream>,
}

fn main() {
    let abi =
        Path::new(&env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../../abi/src");
    println!("cargo::rerun-if-changed={}", abi.display());
    println!("cargo::rerun-if-changed=build");

    let mut tables = Tables::default();
    let mut module_docs = Vec::new();
    // In the order of the header.
    for (file, path) in [
        ("ioctl/mod.rs", quote!(plug61883_abi::ioctl)),
        ("ioctl/requests.rs", quote!(plug61883_abi::ioctl)),
        ("ioctl/replies.rs", quote!(plug61883_abi::ioctl)),
        ("ioctl/events.rs", quote!(plug61883_abi::ioctl)),
        ("ids.rs", quote!(plug61883_abi::ids)),
        ("av61883/format.rs", quote!(plug61883_abi::av61883)),
        ("av61883/unit.rs", quote!(plug61883_abi::av61883)),
        ("av61883/cmp.rs", quote!(plug61883_abi::av61883)),
        ("av61883/constants.rs", quote!(plug61883_abi::av61883)),
        ("pcr.rs", quote!(plug61883_abi::pcr)),
        ("status.rs", quote!(plug61883_abi::status)),
    ] {
        let text = fs::read_to_string(abi.join(file)).expect(file);
        let parsed = syn::parse_file(&text).expect(file);
        if file == "ioctl/mod.rs" {
            module_docs = read::docs(&parsed.attrs);
        }
        let ours = file.starts_with("ioctl/");
        let items = read::items(&parsed).unwrap_or_else(|error| panic!("{file}: {error}"));
        for item in items {
            tables.add(item, &path, ours);
        }
    }

    let Tables {
        structures,
        constants,
        numbers,
        enumerations,
        statuses,
        registers,
        foreign,
    } = tables;
    let text = quote! {
        /// Every structure.
        pub(crate) static STRUCTURES: &[Structure] = &[#(#structures),*];
        /// Every group of constants.
        pub(crate) static CONSTANTS: &[Constants] = &[#(#constants),*];
        /// Every number with a type of its own.
        pub(crate) static NUMBERS: &[Number] = &[#(#numbers),*];
        /// Every enumeration, a group of constants in C.
        pub(crate) static ENUMERATIONS: &[Constants] = &[#(#enumerations),*];
        /// Every NTSTATUS with a name.
        pub(crate) static STATUSES: &[Status] = &[#(#statuses),*];
        /// The plug registers.
        pub(crate) static REGISTERS: &[Register] = &[#(#registers),*];
        /// What is left to 61883.h: names in plug61883-abi, names there.
        pub(crate) static FOREIGN: &[(&str, &str)] = &[#(#foreign),*];
        /// What the module of the interface says of itself.
        pub(crate) static MODULE_DOCS: &[&str] = &[#(#module_docs),*];
    };
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(folder.join("tables.rs"), text.to_string()).expect("OUT_DIR is writable");
}

impl Tables {
    fn add(&mut self, item: Item, path: &TokenStream, ours: bool) {
        let wanted = |list: &[&str], name: &syn::Ident| list.iter().any(|other| name == other);
        match item {
            Item::Structure(structure) => {
                if ours || wanted(AV61883_STRUCTURES, &structure.name) {
                    self.structures.push(structure_of(&structure, path));
                } else if let Some(tag) = &structure.tag {
                    let (name, tag) = (structure.name.to_string(), tag.trim_start_matches('_'));
                    self.foreign.push(quote!((#name, #tag)));
                }
            }
            Item::Constants(constants) => {
                let module = constants.module.as_ref();
                let known = module.is_some_and(|module| wanted(AV61883_CONSTANTS, module));
                if (ours || known) && !constants.constants.is_empty() {
                    self.constants.push(constants_of(&constants, path));
                } else if let Some(module) = module {
                    for constant in &constants.constants {
                        let name = format!("{module}::{}", constant.name);
                        if let Some(c_name) = &constant.c_name {
                            self.foreign.push(quote!((#name, #c_name)));
                        }
                    }
                }
            }
            Item::Number { docs, name, ty } => {
                if !wanted(NUMBERS, &name) {
                    return;
                }
                let text = name.to_string();
                let ty = ty.to_string();
                let none = if text.ends_with("Id") {
                    quote!(Some(#path::#name::NONE.0))
                } else {
                    quote!(None)
                };
                self.numbers.push(quote! {
                    Number { name: #text, docs: &[#(#docs),*], ty: #ty, none: #none }
                });
            }
            Item::Enumeration {
                docs,
                name,
                variants,
            } => {
                let text = name.to_string();
                let rows = variants.iter().map(|(docs, variant)| {
                    let text = variant.to_string();
                    quote! {
                        Constant {
                            name: #text,
                            docs: &[#(#docs),*],
                            value: Value::Number(#path::#name::#variant as u64),
                            code: false,
                        }
                    }
                });
                self.enumerations.push(quote! {
                    Constants { name: Some(#text), docs: &[#(#docs),*], constants: &[#(#rows),*] }
                });
            }
            Item::Status { name, text } => {
                let status = name.to_string();
                self.statuses.push(quote! {
                    Status { name: #status, text: #text, value: #path::NtStatus::#name.0 }
                });
            }
            Item::Register { docs, name, fields } => {
                if !wanted(REGISTERS, &name) {
                    return;
                }
                let text = name.to_string();
                let rows = fields.iter().map(|field| {
                    let (docs, with) = (&field.docs, &field.with);
                    let field = field.name.to_string();
                    quote! {
                        RegisterField {
                            name: #field,
                            docs: &[#(#docs),*],
                            mask: #path::#name(0).#with(!0).0,
                        }
                    }
                });
                self.registers.push(quote! {
                    Register { name: #text, docs: &[#(#docs),*], fields: &[#(#rows),*] }
                });
            }
        }
    }
}

fn structure_of(structure: &Structure, path: &TokenStream) -> TokenStream {
    let (name, docs) = (&structure.name, &structure.docs);
    let text = name.to_string();
    let fields = structure.fields.iter().map(|field| {
        let (docs, ident, ty) = (&field.docs, &field.name, &field.ty);
        let text = ident.to_string();
        let (element, length) = match ty {
            syn::Type::Array(array) => {
                let (element, length) = (&array.elem, &array.len);
                (quote!(#element).to_string(), quote!(#length).to_string())
            }
            _ => (quote!(#ty).to_string(), String::new()),
        };
        quote! {
            Field {
                name: #text,
                docs: &[#(#docs),*],
                ty: #element,
                length: #length,
                offset: core::mem::offset_of!(#path::#name, #ident),
            }
        }
    });
    quote! {
        Structure {
            name: #text,
            docs: &[#(#docs),*],
            size: size_of::<#path::#name>(),
            fields: &[#(#fields),*],
        }
    }
}

fn constants_of(constants: &Constants, path: &TokenStream) -> TokenStream {
    let docs = &constants.docs;
    let (name, path) = match &constants.module {
        Some(module) => {
            let text = module.to_string();
            (quote!(Some(#text)), quote!(#path::#module))
        }
        None => (quote!(None), path.clone()),
    };
    let rows = constants.constants.iter().map(|constant| {
        let Constant {
            docs,
            name,
            text,
            code,
            ..
        } = constant;
        let value = if *text {
            quote!(Value::Text(#path::#name))
        } else {
            quote!(Value::Number(#path::#name as u64))
        };
        let name = name.to_string();
        quote!(Constant { name: #name, docs: &[#(#docs),*], value: #value, code: #code })
    });
    quote! {
        Constants { name: #name, docs: &[#(#docs),*], constants: &[#(#rows),*] }
    }
}
