//! A link that answers what a test says.

use std::cell::RefCell;
use std::rc::Rc;

use crate::links::{BelongsTo, Family, FireWire, Link, LinkCode, LinkError};

/// Ids of the links that were asked to disconnect, in that order.
pub(super) type Log = Rc<RefCell<Vec<String>>>;

#[derive(Debug)]
pub(super) struct Fake {
    pub(super) family: Family,
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) belongs_to: BelongsTo,
    pub(super) connected: bool,
    pub(super) sides: Vec<&'static str>,
    pub(super) answer: Result<Option<LinkCode>, LinkError>,
    pub(super) log: Log,
}

impl Fake {
    pub(super) fn new(log: &Log, family: Family, id: &'static str) -> Self {
        Self {
            family,
            id,
            name: id,
            belongs_to: BelongsTo::unit("1394 unit".to_owned()),
            connected: true,
            sides: Vec::new(),
            answer: Ok(None),
            log: log.clone(),
        }
    }

    pub(super) fn of(mut self, fire_wire: FireWire) -> Self {
        self.belongs_to.fire_wire = fire_wire;
        self
    }

    pub(super) fn answering(mut self, answer: Result<Option<LinkCode>, LinkError>) -> Self {
        self.answer = answer;
        self
    }

    pub(super) fn boxed(self) -> Box<dyn Link> {
        Box::new(self)
    }
}

impl Link for Fake {
    fn family(&self) -> Family {
        self.family
    }

    fn id(&self) -> String {
        self.id.to_owned()
    }

    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn belongs_to(&self) -> &BelongsTo {
        &self.belongs_to
    }

    fn is_connected(&self) -> bool {
        self.connected
    }

    fn other_sides(&self) -> Vec<String> {
        self.sides.iter().map(|side| (*side).to_owned()).collect()
    }

    fn disconnect(&mut self) -> Result<Option<LinkCode>, LinkError> {
        self.log.borrow_mut().push(self.id.to_owned());
        self.answer.clone()
    }
}
