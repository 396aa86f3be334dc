//! The units' panel.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::paint::{self, Paint};
use crate::table::Column;
use crate::text;
use crate::watch::app::{App, Panel};
use crate::watch::rows::UnitRow;

const COLUMNS: [Column; 6] = [
    Column::left("ID"),
    Column::left("NAME").or_shorten(6),
    Column::left("EUI-64").or_drop(1),
    Column::left("NODE"),
    Column::right("CONN"),
    Column::left("STATE").if_filled(),
];

/// Columns of everything but the name, with the mark and the spaces between.
const OTHERS: usize = 2 + 4 + 2 + 2 + 16 + 2 + 6 + 2 + 4;
/// Columns of a name that tell something.
const LEAST: usize = 12;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, paint: Paint) {
    let rows = app.unit_rows();
    let choices: Vec<_> = rows.iter().map(|row| row.choice).collect();
    let selected = app.units.at(&choices);
    let block = paint.panel(app, Panel::Units, "Units");
    let block = match selected
        .and_then(|at| rows.get(at))
        .and_then(|row| detail(app, row))
    {
        Some(detail) => block.title_bottom(Line::from(detail).right_aligned()),
        None => block,
    };
    let inner = block.inner(area);
    // Names give way to the EUI-64, as long as something of them is left.
    let room = usize::from(inner.width).saturating_sub(OTHERS);
    let room = if room < LEAST { usize::MAX } else { room };
    let cells: Vec<_> = rows.iter().map(|row| cells(row, room)).collect();
    let focused = app.focus == Panel::Units;
    let lines = paint::table(&COLUMNS, &cells, selected, (inner, focused, paint));
    frame.render_widget(Paragraph::new(lines).block(block), area);
}

fn cells(row: &UnitRow<'_>, room: usize) -> [String; 6] {
    let connections = row.connections.to_string();
    let Some(node) = row.node else {
        return [
            text::none(),
            "all".to_owned(),
            text::none(),
            text::none(),
            connections,
            String::new(),
        ];
    };
    [
        text::number(node.unit),
        paint::cut(&node.name, room),
        eui64(node.eui64),
        text::number(node.address),
        connections,
        text::unit_state(node.state),
    ]
}

/// ` EUI-64 00A0DE0000000001, generation 5 `
fn detail(app: &App, row: &UnitRow<'_>) -> Option<String> {
    let eui64 = eui64(Some(row.node?.eui64?));
    Some(match app.bus.generation {
        Some(generation) => format!(" EUI-64 {eui64}, generation {generation} "),
        None => format!(" EUI-64 {eui64} "),
    })
}

fn eui64(eui64: Option<u64>) -> String {
    eui64.map_or_else(text::none, |eui64| format!("{eui64:016X}"))
}
