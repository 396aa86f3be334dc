//! What the library `plug61883` offers: every public item with its signature, for a reviewer to
//! see what a change does to it.
//!
//! It is read from the sources, not from rustdoc's JSON, whose format goes with one toolchain.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use quote::ToTokens;
use syn::{Attribute, Fields, ImplItem, Item, ItemImpl, ItemMod, Meta, Type, UseTree, Visibility};

/// Where the library's sources are.
const SOURCES: &str = "user-client/plug61883/src";

const HEAD: &str = "\
// The public items of crate plug61883, without bodies and docs. Written by `cargo xtask header`;
// a test holds that it is up to date.
";

/// The text of the file.
pub(crate) fn text() -> Result<String> {
    let root = crate::root().join(SOURCES);
    let mut text = HEAD.to_owned();
    add(&mut text, &root, &root.join("lib.rs"), &root, None)?;
    Ok(text)
}

/// Adds what the file at `path` offers, and the modules in it, whose files are in `folder`. What a
/// public module offers is what it gives out itself; any other, what is `exported` from above it.
fn add(
    text: &mut String,
    root: &Path,
    path: &Path,
    folder: &Path,
    exported: Option<&BTreeSet<String>>,
) -> Result<()> {
    let items = parse(path)?.items;
    let own = exported_by(&items);
    let exported = exported.unwrap_or(&own);
    let is_own = std::ptr::eq(exported, &raw const own);
    let uses = items
        .iter()
        .filter(|item| matches!(item, Item::Use(item) if is_own && is_public(&item.vis)));
    let uses = print(uses.cloned().map(without_attributes).collect());
    let modules: Vec<ItemMod> = items.iter().filter_map(public_part).cloned().collect();
    let offered = print(offered(items, exported));
    if !(uses.is_empty() && offered.is_empty()) {
        if path != root.join("lib.rs") {
            let name = path
                .strip_prefix(root)
                .unwrap_or(path)
                .display()
                .to_string();
            *text += &format!("\n// {}\n\n", name.replace('\\', "/"));
        }
        *text += &uses;
        *text += &offered;
    }
    for module in modules {
        let path = file_of(folder, &module)?;
        let inner = match path.file_stem() {
            Some(stem) if stem != "mod" => path.with_file_name(stem),
            _ => path.parent().unwrap_or(folder).to_owned(),
        };
        let exported = (!is_public(&module.vis)).then_some(exported);
        add(text, root, &path, &inner, exported)?;
    }
    Ok(())
}

fn parse(path: &Path) -> Result<syn::File> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    syn::parse_file(&text).with_context(|| path.display().to_string())
}

fn print(items: Vec<Item>) -> String {
    prettyplease::unparse(&syn::File {
        shebang: None,
        attrs: Vec::new(),
        items,
    })
}

/// A module that is part of the library as users build it: not its tests, nor what a feature adds
/// for tests.
fn public_part(item: &Item) -> Option<&ItemMod> {
    let Item::Mod(module) = item else {
        return None;
    };
    let condition = |attribute: &&Attribute| attribute.path().is_ident("cfg");
    let of_tests = module.attrs.iter().filter(condition).any(|attribute| {
        attribute
            .meta
            .to_token_stream()
            .to_string()
            .contains("test")
    });
    (module.content.is_none() && !of_tests).then_some(module)
}

/// The file of `mod name;`.
fn file_of(folder: &Path, module: &ItemMod) -> Result<PathBuf> {
    for attribute in &module.attrs {
        if let Meta::NameValue(value) = &attribute.meta
            && value.path.is_ident("path")
            && let syn::Expr::Lit(literal) = &value.value
            && let syn::Lit::Str(path) = &literal.lit
        {
            return Ok(folder.join(path.value()));
        }
    }
    let name = module.ident.to_string();
    let flat = folder.join(format!("{name}.rs"));
    Ok(if flat.is_file() {
        flat
    } else {
        folder.join(name).join("mod.rs")
    })
}

/// The names that a module gives out.
fn exported_by(items: &[Item]) -> BTreeSet<String> {
    fn add(tree: &UseTree, names: &mut BTreeSet<String>) {
        match tree {
            UseTree::Path(path) => add(&path.tree, names),
            UseTree::Name(name) => {
                names.insert(name.ident.to_string());
            }
            UseTree::Rename(name) => {
                names.insert(name.ident.to_string());
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| add(tree, names)),
            UseTree::Glob(_) => {}
        }
    }
    let mut names = BTreeSet::new();
    for item in items {
        let (visibility, name) = match item {
            Item::Use(item) => {
                if is_public(&item.vis) {
                    add(&item.tree, &mut names);
                }
                continue;
            }
            Item::Struct(item) => (&item.vis, &item.ident),
            Item::Enum(item) => (&item.vis, &item.ident),
            Item::Trait(item) => (&item.vis, &item.ident),
            Item::Fn(item) => (&item.vis, &item.sig.ident),
            Item::Const(item) => (&item.vis, &item.ident),
            Item::Type(item) => (&item.vis, &item.ident),
            _ => continue,
        };
        if is_public(visibility) {
            names.insert(name.to_string());
        }
    }
    names
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Attributes that users see.
fn visible(attributes: &mut Vec<Attribute>) {
    let names = [
        "derive",
        "non_exhaustive",
        "must_use",
        "repr",
        "cfg",
        "deprecated",
    ];
    attributes.retain(|attribute| names.iter().any(|name| attribute.path().is_ident(name)));
}

fn without_attributes(mut item: Item) -> Item {
    if let Item::Use(item) = &mut item {
        item.attrs.clear();
    }
    item
}

/// What of a module's items is offered: types and functions by their names, and what is
/// implemented for those types.
fn offered(items: Vec<Item>, exported: &BTreeSet<String>) -> Vec<Item> {
    let is_exported = |ident: &syn::Ident| exported.contains(&ident.to_string());
    let mut offered = Vec::new();
    for item in items {
        match item {
            Item::Struct(mut item) if is_public(&item.vis) && is_exported(&item.ident) => {
                visible(&mut item.attrs);
                public_fields(&mut item.fields);
                offered.push(Item::Struct(item));
            }
            Item::Enum(mut item) if is_public(&item.vis) && is_exported(&item.ident) => {
                visible(&mut item.attrs);
                for variant in &mut item.variants {
                    visible(&mut variant.attrs);
                    let fields = variant.fields.iter_mut();
                    fields.for_each(|field| visible(&mut field.attrs));
                }
                offered.push(Item::Enum(item));
            }
            Item::Trait(mut item) if is_public(&item.vis) && is_exported(&item.ident) => {
                visible(&mut item.attrs);
                for item in &mut item.items {
                    if let syn::TraitItem::Fn(function) = item {
                        visible(&mut function.attrs);
                        if let Some(block) = &mut function.default {
                            block.stmts.clear();
                        }
                    }
                }
                offered.push(Item::Trait(item));
            }
            Item::Fn(mut item) if is_public(&item.vis) && is_exported(&item.sig.ident) => {
                visible(&mut item.attrs);
                item.block.stmts.clear();
                offered.push(Item::Fn(item));
            }
            Item::Const(mut item) if is_public(&item.vis) && is_exported(&item.ident) => {
                visible(&mut item.attrs);
                offered.push(Item::Const(item));
            }
            Item::Type(mut item) if is_public(&item.vis) && is_exported(&item.ident) => {
                visible(&mut item.attrs);
                offered.push(Item::Type(item));
            }
            Item::Impl(item) if is_of(&item, exported) => offered.extend(implemented(item)),
            _ => {}
        }
    }
    offered
}

/// Fields that are not public are not told apart from each other.
fn public_fields(fields: &mut Fields) {
    let public = |field: &syn::Field| is_public(&field.vis);
    match fields {
        Fields::Named(named) => {
            let kept = named.named.iter().filter(|field| public(field)).cloned();
            named.named = kept.collect();
            for field in &mut named.named {
                visible(&mut field.attrs);
            }
        }
        Fields::Unnamed(unnamed) => {
            let kept = unnamed
                .unnamed
                .iter()
                .filter(|field| public(field))
                .cloned();
            unnamed.unnamed = kept.collect();
        }
        Fields::Unit => {}
    }
}

/// Whether something is implemented for one of these types, also for a reference to it.
fn is_of(item: &ItemImpl, exported: &BTreeSet<String>) -> bool {
    let mut of = &*item.self_ty;
    while let Type::Reference(reference) = of {
        of = &reference.elem;
    }
    let is = |of: &Type| match of {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| exported.contains(&last.ident.to_string())),
        _ => false,
    };
    // `impl From<&Plug> for PlugId` is found by its trait's argument.
    let about = item.trait_.as_ref().is_some_and(|(_, path, _)| {
        let text = path
            .segments
            .last()
            .map(|last| last.arguments.to_token_stream().to_string());
        text.is_some_and(|text| {
            text.split(|c: char| !c.is_alphanumeric())
                .any(|word| exported.contains(word))
        })
    });
    is(of) || about
}

/// What users see of an implementation; nothing of one that has no public function.
fn implemented(mut item: ItemImpl) -> Option<Item> {
    visible(&mut item.attrs);
    let of_trait = item.trait_.is_some();
    if of_trait {
        // What its functions are the trait tells.
        item.items.retain(|item| matches!(item, ImplItem::Type(_)));
        return Some(Item::Impl(item));
    }
    item.items.retain(|item| match item {
        ImplItem::Fn(function) => is_public(&function.vis),
        ImplItem::Const(constant) => is_public(&constant.vis),
        _ => false,
    });
    for item in &mut item.items {
        match item {
            ImplItem::Fn(function) => {
                visible(&mut function.attrs);
                function.block.stmts.clear();
            }
            ImplItem::Const(constant) => visible(&mut constant.attrs),
            _ => {}
        }
    }
    (!item.items.is_empty()).then_some(Item::Impl(item))
}
