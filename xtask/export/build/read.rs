//! The forms in which plug61883-abi declares things.

use proc_macro2::Span;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, File, Ident, Lit, LitInt, LitStr, Meta, Path, Result, Token, Type};
use syn::{braced, token};

/// Something that was declared.
pub(crate) enum Item {
    Structure(Structure),
    Constants(Constants),
    /// A structure of one number, `pub struct Name(pub u32)`.
    Number {
        docs: Vec<String>,
        name: Ident,
        ty: Ident,
    },
    Enumeration {
        docs: Vec<String>,
        name: Ident,
        variants: Vec<(Vec<String>, Ident)>,
    },
    Status {
        name: Ident,
        text: String,
    },
    Register {
        docs: Vec<String>,
        name: Ident,
        fields: Vec<RegisterField>,
    },
}

pub(crate) struct Structure {
    pub(crate) docs: Vec<String>,
    pub(crate) name: Ident,
    /// Its tag in 61883.h.
    pub(crate) tag: Option<String>,
    pub(crate) fields: Vec<Field>,
}

pub(crate) struct Field {
    pub(crate) docs: Vec<String>,
    pub(crate) name: Ident,
    pub(crate) ty: Type,
}

/// Constants of a module, or of the file when it has no name.
pub(crate) struct Constants {
    pub(crate) docs: Vec<String>,
    pub(crate) module: Option<Ident>,
    pub(crate) constants: Vec<Constant>,
}

pub(crate) struct Constant {
    pub(crate) docs: Vec<String>,
    pub(crate) name: Ident,
    /// It is a `&str`, not a number.
    pub(crate) text: bool,
    /// It is a control code: made by `code(...)`.
    pub(crate) code: bool,
    /// Its name in 61883.h.
    pub(crate) c_name: Option<String>,
}

pub(crate) struct RegisterField {
    pub(crate) docs: Vec<String>,
    pub(crate) name: Ident,
    /// Its setter.
    pub(crate) with: Ident,
}

/// The lines of documentation.
pub(crate) fn docs(attributes: &[Attribute]) -> Vec<String> {
    let line = |attribute: &Attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    };
    attributes.iter().filter_map(line).collect()
}

/// What a file declares, in order; its constants outside modules come last, together.
pub(crate) fn items(file: &File) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    let mut loose = Vec::new();
    for item in &file.items {
        match item {
            syn::Item::Macro(call) if call.ident.is_none() => {
                let tokens = call.mac.tokens.clone();
                let name = call.mac.path.get_ident().map(Ident::to_string);
                match name.as_deref() {
                    Some("wire" | "c_struct") => {
                        let all = many(structure).parse2(tokens)?;
                        items.extend(all.into_iter().map(Item::Structure));
                    }
                    Some("slot_id") => items.push(slot_id.parse2(tokens)?),
                    Some("statuses") => items.extend(many(status).parse2(tokens)?),
                    Some("constants") => {
                        let all = many(constants_of_61883).parse2(tokens)?;
                        items.extend(all.into_iter().map(Item::Constants));
                    }
                    Some("register") => items.push(register.parse2(tokens)?),
                    _ => {}
                }
            }
            syn::Item::Const(item) => loose.extend(constant(item)),
            syn::Item::Mod(module) => {
                let Some((_, content)) = &module.content else {
                    continue;
                };
                let constants = content.iter().filter_map(|item| match item {
                    syn::Item::Const(item) => constant(item),
                    _ => None,
                });
                items.push(Item::Constants(Constants {
                    docs: docs(&module.attrs),
                    module: Some(module.ident.clone()),
                    constants: constants.collect(),
                }));
            }
            syn::Item::Enum(item) => items.push(Item::Enumeration {
                docs: docs(&item.attrs),
                name: item.ident.clone(),
                variants: item
                    .variants
                    .iter()
                    .map(|variant| (docs(&variant.attrs), variant.ident.clone()))
                    .collect(),
            }),
            syn::Item::Struct(item) => {
                let mut fields = item.fields.iter();
                if let (syn::Fields::Unnamed(_), Some(field), None) =
                    (&item.fields, fields.next(), fields.next())
                    && let Type::Path(ty) = &field.ty
                    && let Some(ty) = ty.path.get_ident()
                {
                    items.push(Item::Number {
                        docs: docs(&item.attrs),
                        name: item.ident.clone(),
                        ty: ty.clone(),
                    });
                }
            }
            _ => {}
        }
    }
    items.push(Item::Constants(Constants {
        docs: Vec::new(),
        module: None,
        constants: loose,
    }));
    Ok(items)
}

/// A public constant that is a number or a text; of flags, `ALL` is for the driver alone.
fn constant(item: &syn::ItemConst) -> Option<Constant> {
    if !matches!(item.vis, syn::Visibility::Public(_)) || item.ident == "ALL" {
        return None;
    }
    let text = match &*item.ty {
        Type::Path(_) => false,
        Type::Reference(_) => true,
        _ => return None,
    };
    let code = match &*item.expr {
        Expr::Call(call) => matches!(&*call.func, Expr::Path(path) if path.path.is_ident("code")),
        _ => false,
    };
    Some(Constant {
        docs: docs(&item.attrs),
        name: item.ident.clone(),
        text,
        code,
        c_name: None,
    })
}

fn many<T>(one: fn(ParseStream<'_>) -> Result<T>) -> impl Parser<Output = Vec<T>> {
    move |input: ParseStream<'_>| {
        let mut all = Vec::new();
        while !input.is_empty() {
            all.push(one(input)?);
        }
        Ok(all)
    }
}

/// `Name = 24 { field: type, }`, `Name = "TAG", size 16, align 8 { field: type = "c" @ 0, }`.
fn structure(input: ParseStream<'_>) -> Result<Structure> {
    let docs_of_it = docs(&Attribute::parse_outer(input)?);
    let name = input.parse()?;
    input.parse::<Token![=]>()?;
    let tag = if input.peek(LitStr) {
        Some(input.parse::<LitStr>()?.value())
    } else {
        None
    };
    while !input.peek(token::Brace) {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    let content;
    braced!(content in input);
    let mut fields = Vec::new();
    while !content.is_empty() {
        let docs = docs(&Attribute::parse_outer(&content)?);
        let name = content.parse()?;
        content.parse::<Token![:]>()?;
        let ty = content.parse()?;
        if content.peek(Token![=]) {
            content.parse::<Token![=]>()?;
            content.parse::<LitStr>()?;
            content.parse::<Token![@]>()?;
            content.parse::<LitInt>()?;
            if content.peek(Token![as]) {
                content.parse::<Token![as]>()?;
                content.parse::<Path>()?;
            }
        }
        content.parse::<Token![,]>()?;
        fields.push(Field { docs, name, ty });
    }
    Ok(Structure {
        docs: docs_of_it,
        name,
        tag,
        fields,
    })
}

/// `Name`, which becomes `pub struct Name(pub u64)`.
fn slot_id(input: ParseStream<'_>) -> Result<Item> {
    Ok(Item::Number {
        docs: docs(&Attribute::parse_outer(input)?),
        name: input.parse()?,
        ty: Ident::new("u64", Span::call_site()),
    })
}

/// `NAME = 0x1234, "text";`
fn status(input: ParseStream<'_>) -> Result<Item> {
    Attribute::parse_outer(input)?;
    let name = input.parse()?;
    input.parse::<Token![=]>()?;
    input.parse::<LitInt>()?;
    input.parse::<Token![,]>()?;
    let text = input.parse::<LitStr>()?.value();
    input.parse::<Token![;]>()?;
    Ok(Item::Status { name, text })
}

/// `values module { NAME = "C_NAME": 1; }`, and more of it after a `+`.
fn constants_of_61883(input: ParseStream<'_>) -> Result<Constants> {
    let docs_of_it = docs(&Attribute::parse_outer(input)?);
    input.parse::<Ident>()?;
    let module = Some(input.parse()?);
    let mut constants = Vec::new();
    loop {
        let content;
        braced!(content in input);
        while !content.is_empty() {
            let docs = docs(&Attribute::parse_outer(&content)?);
            let name = content.parse()?;
            content.parse::<Token![=]>()?;
            let c_name = Some(content.parse::<LitStr>()?.value());
            content.parse::<Token![:]>()?;
            content.parse::<LitInt>()?;
            content.parse::<Token![;]>()?;
            constants.push(Constant {
                docs,
                name,
                text: false,
                code: false,
                c_name,
            });
        }
        if !input.peek(Token![+]) {
            break;
        }
        input.parse::<Token![+]>()?;
    }
    Ok(Constants {
        docs: docs_of_it,
        module,
        constants,
    })
}

/// `Name { field, with_field: u8 = 16, 6; }`
fn register(input: ParseStream<'_>) -> Result<Item> {
    let docs_of_it = docs(&Attribute::parse_outer(input)?);
    let name = input.parse()?;
    let content;
    braced!(content in input);
    let mut fields = Vec::new();
    while !content.is_empty() {
        let docs = docs(&Attribute::parse_outer(&content)?);
        let name = content.parse()?;
        content.parse::<Token![,]>()?;
        let with = content.parse()?;
        content.parse::<Token![:]>()?;
        content.parse::<Type>()?;
        content.parse::<Token![=]>()?;
        content.parse::<LitInt>()?;
        content.parse::<Token![,]>()?;
        content.parse::<LitInt>()?;
        content.parse::<Token![;]>()?;
        fields.push(RegisterField { docs, name, with });
    }
    Ok(Item::Register {
        docs: docs_of_it,
        name,
        fields,
    })
}
