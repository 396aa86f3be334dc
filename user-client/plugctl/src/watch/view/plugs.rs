//! The plugs' panel.

use plug61883::Register;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::Paragraph;

use super::paint::{self, Paint};
use crate::table::Column;
use crate::text;
use crate::watch::app::{App, Panel};
use crate::watch::rows::{Choice, PlugRow, node_name};

const COLUMNS: [Column; 7] = [
    Column::left("UNIT").if_filled(),
    Column::left("PLUG"),
    Column::left("STATE").or_shorten(6),
    Column::right("CH"),
    Column::left("SPEED").or_drop(1),
    Column::right("P2P").or_drop(3),
    Column::right("BCAST").or_drop(2),
];

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, paint: Paint) {
    let rows = app.plug_rows();
    let keys: Vec<_> = rows.iter().map(|row| row.key).collect();
    let choice = app.choice();
    let whose = match choice {
        Choice::All => "all".to_owned(),
        Choice::Node(unit) => {
            let node = app.bus.nodes.iter().find(|node| node.unit == unit);
            node.map_or_else(text::none, node_name)
        }
    };
    let filtered = if app.filter.is_empty() {
        ""
    } else {
        ", filtered"
    };
    let room = usize::from(area.width).saturating_sub(" 2 Plugs of  ".len() + 2 + filtered.len());
    let title = format!("Plugs of {}{filtered}", paint::cut(&whose, room));
    let block = paint.panel(app, Panel::Plugs, &title);
    let inner = block.inner(area);
    let cells: Vec<_> = rows.iter().map(|row| cells(row, choice)).collect();
    let look = (inner, app.focus == Panel::Plugs, paint);
    let lines = paint::table(&COLUMNS, &cells, app.plugs.at(&keys), look);
    frame.render_widget(Paragraph::new(lines).block(block), area);
}

fn cells(row: &PlugRow<'_>, choice: Choice) -> [String; 7] {
    let register = row.port.register;
    let unit = match choice {
        Choice::All => row
            .node
            .unit
            .map_or_else(|| "local".to_owned(), |unit| unit.to_string()),
        Choice::Node(_) => String::new(),
    };
    [
        unit,
        row.port.name(),
        row.state(),
        text::number(register.map(Register::channel)),
        text::number(register.and_then(Register::speed)),
        text::number(register.map(Register::point_to_point)),
        text::number(register.map(Register::broadcast)),
    ]
}
