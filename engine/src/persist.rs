//! Handing over to the driver what a handle has made.

use plug61883_abi::ids::UnitId;
use plug61883_abi::status::NtStatus;

use crate::command::Owned;
use crate::handle::Account;
use crate::item::{ItemState, Owner};
use crate::{Engine, HandleKey, Result};

impl Engine {
    /// From now on something is the driver's, as if it had been made so. What is the driver's
    /// already stays so.
    pub(crate) fn persist(&mut self, handle: HandleKey, unit: UnitId, what: Owned) -> Result<()> {
        // What a closing handle has made is going already.
        self.handle(handle)?;
        let (key, item) = self.find_item(unit, what)?;
        let (owner, account, kind) = (item.owner, item.account, item.thing.kind());
        self.usable_unit(item.unit)?;
        if !matches!(item.state, ItemState::Active(_)) {
            return Err(NtStatus::INVALID_PARAMETER);
        }
        match owner {
            Owner::Driver => return Ok(()),
            Owner::Handle(owner) if owner == handle => {}
            Owner::Handle(_) | Owner::Foreign => return Err(NtStatus::ACCESS_DENIED),
        }
        self.accounts.take_item(Account::PERSISTENT, kind)?;
        self.accounts.give_item(account, kind);
        if let Some(item) = self.item_mut(key) {
            item.owner = Owner::Driver;
            item.account = Account::PERSISTENT;
        }
        Ok(())
    }
}
