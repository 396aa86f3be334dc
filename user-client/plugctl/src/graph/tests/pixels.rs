//! An SVG as a renderer shows it. It has no fonts, so that no text is in the way.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::roxmltree::{Document, Node};
use resvg::usvg::{Options, Tree};

use super::svg::{elements, number};
use super::*;
use crate::graph::look::{Class, Look};

/// Pixels for each unit of length.
const SCALE: f32 = 2.0;

type Point = (f32, f32);
type Colour = [u8; 3];

struct Image(Pixmap);

impl Image {
    fn new(text: &str) -> Self {
        let tree = Tree::from_str(text, &Options::default()).unwrap();
        let size = tree.size().to_int_size().scale_by(SCALE).unwrap();
        let mut pixels = Pixmap::new(size.width(), size.height()).unwrap();
        let scale = Transform::from_scale(SCALE, SCALE);
        resvg::render(&tree, scale, &mut pixels.as_mut());
        Self(pixels)
    }

    fn at(&self, (x, y): Point) -> Colour {
        let pixel = self
            .0
            .pixel((x * SCALE) as u32, (y * SCALE) as u32)
            .unwrap();
        let colour = pixel.demultiply();
        [colour.red(), colour.green(), colour.blue()]
    }
}

fn colour(hex: &str) -> Colour {
    [1, 3, 5].map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
}

/// Colours of all classes.
fn line_colours() -> [Colour; 6] {
    CLASSES.map(|class| colour(Look::of(class).light))
}

fn is_near(one: Colour, other: Colour) -> bool {
    one.iter()
        .zip(other)
        .all(|(one, other)| one.abs_diff(other) <= 24)
}

/// Points along a line with class `line`, no further from each other than half a unit: of its
/// curve, and of the level run at its end.
fn points(group: Node<'_, '_>) -> (Vec<Point>, Vec<Point>) {
    let path = group
        .children()
        .find(|it| it.attribute("class") == Some("line"));
    let words: Vec<_> = path.unwrap().attribute("d").unwrap().split(' ').collect();
    let at = |index: usize| words[index].parse::<f32>().unwrap();
    let level = |from: f32, to: f32, y| -> Vec<Point> {
        let steps = ((to - from) * 2.0) as usize;
        (0..steps)
            .map(|step| (from + step as f32 / 2.0, y))
            .collect()
    };
    assert_eq!(words[0], "M");
    if words[3] == "H" {
        return (Vec::new(), level(at(1), at(4), at(2)));
    }
    assert_eq!((words[3], words[10]), ("C", "H"));
    let bezier = |t: f32| {
        let ends = [
            (at(1), at(2)),
            (at(4), at(5)),
            (at(6), at(7)),
            (at(8), at(9)),
        ];
        let u = 1.0 - t;
        let weights = [u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t];
        let sum =
            |of: fn(Point) -> f32| ends.iter().zip(weights).map(|(end, w)| of(*end) * w).sum();
        (sum(|it| it.0), sum(|it| it.1))
    };
    let length = (at(8) - at(1)).abs() + (at(9) - at(2)).abs();
    let steps = (length * 2.0) as usize;
    let curve = (0..=steps).map(|step| bezier(step as f32 / steps as f32));
    (curve.collect(), level(at(8), at(11), at(9)))
}

const CLASSES: [Class; 6] = [
    Class::This,
    Class::Program,
    Class::Driver,
    Class::Foreign,
    Class::OtherNode,
    Class::Other,
];

fn look(group: Node<'_, '_>) -> Look {
    let classes = group.attribute("class").unwrap();
    let class = CLASSES
        .into_iter()
        .find(|class| classes.ends_with(class.word()));
    Look::of(class.unwrap())
}

/// How much of a line is drawn, of which the rest is gaps.
fn duty(look: Look) -> f32 {
    let lengths: Vec<f32> = look
        .dashes
        .split_whitespace()
        .map(|it| it.parse().unwrap())
        .collect();
    if lengths.is_empty() {
        return 1.0;
    }
    lengths.iter().step_by(2).sum::<f32>() / lengths.iter().sum::<f32>()
}

fn cases() -> [Bus; 4] {
    [alone(), one(), studio(), dozen()]
}

#[test]
fn lines_are_seen_along_their_paths() {
    let colours = line_colours();
    for bus in cases() {
        let text = svg(&bus);
        let (document, image) = (Document::parse(&text).unwrap(), Image::new(&text));
        let links = elements(&document, "link");
        assert_eq!(links.len(), bus.edges.len());
        for group in links.into_iter().chain(elements(&document, "legend")) {
            let look = look(group);
            let own = |point: &&Point| is_near(image.at(**point), colour(look.light));
            let (curve, level) = points(group);
            // No other line comes near the level run: it has its colour and its gaps.
            let share = level.iter().filter(own).count() as f32 / level.len() as f32;
            assert!((share - duty(look)).abs() < 0.12, "{look:?}: {share}");
            // Others may lie over the curve.
            let line = |point: &&Point| {
                let seen = image.at(**point);
                colours.iter().any(|&it| is_near(seen, it))
            };
            if !curve.is_empty() {
                let share = curve.iter().filter(line).count() as f32 / curve.len() as f32;
                assert!(share > duty(look) - 0.15, "{look:?}: {share}");
                assert!(
                    curve.iter().filter(own).count() * 6 > curve.len(),
                    "{look:?}"
                );
            }
        }
    }
}

#[test]
fn nothing_else_has_the_colour_of_a_line() {
    let colours = line_colours();
    for bus in cases() {
        let text = svg(&bus);
        let (document, image) = (Document::parse(&text).unwrap(), Image::new(&text));
        let width = image.0.width() as usize;
        let mut may_be = vec![false; width * image.0.height() as usize];
        let mut allow = |(x, y): Point, reach: f32| {
            let range = |at: f32| ((at - reach) * SCALE) as usize..=((at + reach) * SCALE) as usize;
            for row in range(y) {
                for column in range(x) {
                    may_be[row * width + column] = true;
                }
            }
        };
        let groups = elements(&document, "link")
            .into_iter()
            .chain(elements(&document, "legend"));
        for group in groups {
            let (curve, level) = points(group);
            let reach = f32::from(look(group).width) / 2.0 + 1.0;
            curve
                .iter()
                .chain(&level)
                .for_each(|point| allow(*point, reach));
            // The head.
            let (x, y) = *level.last().unwrap();
            (0..=10).for_each(|step| allow((x + step as f32, y), 6.0));
        }
        let mut found = 0;
        let mut last = ([0; 4], false);
        for (at, pixel) in image.0.data().chunks_exact(4).enumerate() {
            // Most pixels are as the one before.
            if pixel != last.0 {
                assert_eq!(pixel[3], 255, "it has a background of its own");
                let seen = [pixel[0], pixel[1], pixel[2]];
                let is_line = colours.iter().any(|&it| is_near(seen, it));
                last = ([seen[0], seen[1], seen[2], 255], is_line);
            }
            if last.1 {
                let point = (at % width, at / width);
                assert!(may_be[at], "{point:?}: {pixel:?}");
                found += 1;
            }
        }
        assert_eq!(found != 0, !bus.edges.is_empty());
    }
}

#[test]
fn lines_join_the_ports_of_their_plugs() {
    for bus in cases() {
        let text = svg(&bus);
        let (document, image) = (Document::parse(&text).unwrap(), Image::new(&text));
        let ports = elements(&document, "port");
        // Title of the card and name of the plug at a port.
        let words = |(x, y): Point| {
            let is_there = |it: &&Node<'_, '_>| (number(**it, "cx"), number(**it, "cy")) == (x, y);
            let port = ports.iter().find(is_there).unwrap();
            let title = port
                .parent()
                .unwrap()
                .children()
                .find(|it| it.has_tag_name("text"));
            let plug = port.next_siblings().find(|it| it.has_tag_name("text"));
            let text = |node: Option<Node<'_, '_>>| node.unwrap().text().unwrap().to_owned();
            (text(title), text(plug))
        };
        for (group, edge) in elements(&document, "link").into_iter().zip(&bus.edges) {
            let (curve, level) = points(group);
            let (start, end) = (curve[0], *level.last().unwrap());
            let (start, end) = ((start.0 - 5.0, start.1), (end.0 + 15.5, end.1));
            for (point, tip) in [(start, edge.from), (end, edge.to)] {
                let (title, plug) = words(point);
                match bus.port(tip) {
                    Some((node, port)) => {
                        assert!(title.ends_with(&node.name), "{title}");
                        assert!(plug.starts_with(&port.name()), "{plug}");
                    }
                    None => assert!(plug.starts_with('('), "{plug}"),
                }
                // A port is drawn there.
                assert!(
                    is_near(image.at(point), colour("#1c2127")),
                    "{:?}",
                    image.at(point)
                );
            }
        }
    }
}
