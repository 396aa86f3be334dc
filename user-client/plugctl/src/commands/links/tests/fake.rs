//! A link that answers what a test says.

use plug61883::links::{BelongsTo, Call, Family, FireWire, HResult, Link, LinkCode, LinkError};

pub(super) fn belongs_to(device: Option<&str>, fire_wire: FireWire) -> BelongsTo {
    let mut belongs_to = BelongsTo::default();
    belongs_to.device = device.map(str::to_owned);
    belongs_to.fire_wire = fire_wire;
    belongs_to
}

pub(super) fn answer(call: Call, code: HResult) -> LinkError {
    LinkError::answer(call, LinkCode::HResult(code))
}

#[derive(Clone, Debug)]
pub(super) struct Fake {
    pub(super) family: Family,
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) belongs_to: BelongsTo,
    pub(super) connected: bool,
    pub(super) answer: Result<Option<LinkCode>, LinkError>,
}

impl Fake {
    pub(super) fn new(family: Family, id: &'static str, name: &'static str) -> Self {
        Self {
            family,
            id,
            name,
            belongs_to: belongs_to(Some(r"1394\WORKS&DECK\1"), FireWire::Yes),
            connected: true,
            answer: Ok(Some(LinkCode::HResult(HResult::OK))),
        }
    }

    pub(super) fn of(mut self, device: Option<&str>, fire_wire: FireWire) -> Self {
        self.belongs_to = belongs_to(device, fire_wire);
        self
    }

    pub(super) fn failing(mut self, call: Call, code: HResult) -> Self {
        self.answer = Err(answer(call, code).of(self.name));
        self
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

    fn disconnect(&mut self) -> Result<Option<LinkCode>, LinkError> {
        self.answer.clone()
    }
}
