//! What stands in an SVG.

use resvg::usvg::roxmltree::{Document, Node};

use super::*;
use crate::graph::look::{Class, Look};
use crate::graph::style::{DARK, LIGHT};
use crate::tests::buses::any_bus;

/// Elements with this class.
pub(super) fn elements<'a>(document: &'a Document<'a>, class: &str) -> Vec<Node<'a, 'a>> {
    let of_class = |node: &Node<'_, '_>| {
        let classes = node.attribute("class").unwrap_or_default();
        classes.split(' ').any(|it| it == class)
    };
    document.descendants().filter(of_class).collect()
}

/// A number of an element.
pub(super) fn number(node: Node<'_, '_>, name: &str) -> f32 {
    node.attribute(name).unwrap().parse().unwrap()
}

#[test]
fn it_says_what_it_shows() {
    let text = svg(&studio());
    let document = Document::parse(&text).unwrap();
    let root = document.root_element();
    assert_eq!(root.attribute("aria-labelledby"), Some("title desc"));
    let said = |id| {
        let found = document
            .descendants()
            .find(|node| node.attribute("id") == Some(id));
        found.unwrap().text().unwrap().to_owned()
    };
    assert_eq!(said("title"), "FireWire bus, generation 5");
    let summary = "4 units, 11 connections; 5 streams: at least 1120 of 4915 bandwidth units";
    assert_eq!(said("desc"), summary);
    let names: Vec<_> = elements(&document, "name")
        .into_iter()
        .map(|it| it.text())
        .collect();
    assert!(
        names.contains(&Some("4.1 日本ビデオ <828> & \"Söhne\"")),
        "{names:?}"
    );
    let legend = elements(&document, "legend");
    let words: Vec<_> = legend
        .iter()
        .map(|it| it.attribute("class").unwrap())
        .collect();
    let every = ["this", "other", "driver", "foreign", "node", "owner"];
    assert_eq!(words, every.map(|word| format!("legend {word}")));
    // An empty bus needs no legend.
    let text = svg(&alone());
    let document = Document::parse(&text).unwrap();
    assert!(elements(&document, "legend").is_empty());
    assert!(elements(&document, "link").is_empty());
}

#[test]
fn labels_lie_on_their_lines_and_not_on_each_other() {
    for bus in [studio(), dozen(), one()] {
        let text = svg(&bus);
        let document = Document::parse(&text).unwrap();
        let mut places = Vec::new();
        for (link, edge) in elements(&document, "link").into_iter().zip(&bus.edges) {
            let label = link.children().find(|it| it.has_tag_name("text")).unwrap();
            let said = label.text().unwrap();
            let channel = format!("ch {}, ", edge.channel.unwrap());
            assert!(said.starts_with(&channel), "{said}");
            let units = edge
                .bandwidth
                .map_or(String::new(), |it| format!("{it} units"));
            assert!(said.contains(&units), "{said}");
            let path = link.children().find(|it| it.has_tag_name("path")).unwrap();
            let words: Vec<_> = path.attribute("d").unwrap().split(' ').collect();
            // The level run: from the end of the curve to the head.
            let (x, y, end): (f32, f32, f32) = (
                words[8].parse().unwrap(),
                words[9].parse().unwrap(),
                words[11].parse().unwrap(),
            );
            assert_eq!((number(label, "x"), number(label, "y")), (x, y - 6.0));
            let wide = said.chars().count() as f32 * 7.8;
            assert!(x + wide <= end + 16.0, "{said}");
            places.push(y);
        }
        places.sort_by(f32::total_cmp);
        assert!(
            places.windows(2).all(|pair| pair[1] - pair[0] >= 20.0),
            "{places:?}"
        );
    }
}

#[test]
fn classes_differ_by_more_than_colour() {
    let classes = [
        Class::This,
        Class::Program,
        Class::Driver,
        Class::Foreign,
        Class::OtherNode,
        Class::Other,
    ];
    for (at, one) in classes.iter().enumerate() {
        for other in &classes[..at] {
            let (one, other) = (Look::of(*one), Look::of(*other));
            assert_ne!((one.width, one.dashes), (other.width, other.dashes));
        }
        // Lines are as well seen as WCAG 2 asks of graphics on the paper, and on the cards.
        let look = Look::of(*one);
        for (colour, [paper, card, ..]) in [(look.light, LIGHT), (look.dark, DARK)] {
            assert!(contrast(colour, paper) >= 4.5, "{colour}");
            assert!(contrast(colour, card) >= 4.5, "{colour}");
        }
    }
    for [paper, card, _, ink, quiet] in [LIGHT, DARK] {
        for text in [ink, quiet] {
            assert!(contrast(text, paper) >= 4.5 && contrast(text, card) >= 4.5);
        }
    }
}

/// Contrast ratio of two colours as WCAG 2 defines it.
fn contrast(one: &str, other: &str) -> f64 {
    let luminance = |colour: &str| {
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

proptest::proptest! {
    #[test]
    fn any_name_is_shown_and_nothing_from_outside_is_used(
        bus in any_bus("[\\x00-\\x{10FFFF}]{0,12}"),
    ) {
        let text = svg(&bus);
        let document = Document::parse(&text).unwrap();
        for node in document.descendants() {
            let tags = ["svg", "title", "desc", "style", "rect", "text", "g", "path", "circle"];
            let name = node.tag_name().name();
            proptest::prop_assert!(!node.is_element() || tags.contains(&name), "{}", name);
            for attribute in node.attributes() {
                let value = attribute.value();
                proptest::prop_assert!(!value.contains("url") && !value.contains("//"));
            }
        }
        let style = document.descendants().find(|it| it.has_tag_name("style")).unwrap();
        let style = style.text().unwrap();
        proptest::prop_assert!(!style.contains("url") && !style.contains("@import"));
        proptest::prop_assert_eq!(elements(&document, "link").len(), bus.edges.len());
    }
}
