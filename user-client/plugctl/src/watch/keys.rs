//! Keys, as far as anything here answers to them.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// A key that was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    Tab,
    BackTab,
    Enter,
    Esc,
    Backspace,
    /// Ctrl+C, or the signal of that name.
    Interrupt,
    /// A character.
    Char(char),
}

impl Key {
    /// The key of a terminal's event. `None` for one that is let go, or that means nothing here.
    pub(super) fn of(event: &KeyEvent) -> Option<Self> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let modifiers = event.modifiers;
        let control = modifiers.contains(KeyModifiers::CONTROL);
        let control = control && !modifiers.contains(KeyModifiers::ALT);
        Some(match event.code {
            KeyCode::Char('c' | 'C') if control => Self::Interrupt,
            KeyCode::Char(_) if control || is_alt(modifiers) => return None,
            KeyCode::Char(c) => Self::Char(c),
            KeyCode::Up => Self::Up,
            KeyCode::Down => Self::Down,
            KeyCode::Left => Self::Left,
            KeyCode::Right => Self::Right,
            KeyCode::Home => Self::Home,
            KeyCode::End => Self::End,
            KeyCode::PageUp => Self::PageUp,
            KeyCode::PageDown => Self::PageDown,
            KeyCode::BackTab => Self::BackTab,
            KeyCode::Tab if modifiers.contains(KeyModifiers::SHIFT) => Self::BackTab,
            KeyCode::Tab => Self::Tab,
            KeyCode::Enter => Self::Enter,
            KeyCode::Esc => Self::Esc,
            KeyCode::Backspace => Self::Backspace,
            _ => return None,
        })
    }

    /// The two keys that a terminal may mean by Alt and a character: outside Windows it sends
    /// the same for Esc and a character right after it.
    pub(super) fn hasty(event: &KeyEvent) -> Option<[Self; 2]> {
        match event.code {
            KeyCode::Char(c) if cfg!(unix) && is_alt(event.modifiers) => {
                Some([Self::Esc, Self::Char(c)])
            }
            _ => None,
        }
    }

    /// The same, where letters are no text: `hjkl` are arrows, `g` and `G` the ends.
    pub(super) fn command(self) -> Self {
        match self {
            Self::Char('h') => Self::Left,
            Self::Char('j') => Self::Down,
            Self::Char('k') => Self::Up,
            Self::Char('l') => Self::Right,
            Self::Char('g') => Self::Home,
            Self::Char('G') => Self::End,
            key => key,
        }
    }

    /// How far it moves in a list.
    pub(super) fn step(self) -> Option<isize> {
        Some(match self {
            Self::Up => -1,
            Self::Down => 1,
            Self::PageUp => -10,
            Self::PageDown => 10,
            Self::Home => isize::MIN,
            Self::End => isize::MAX,
            _ => return None,
        })
    }
}

/// Alt alone: AltGr is Ctrl and Alt together, and writes characters.
fn is_alt(modifiers: KeyModifiers) -> bool {
    modifiers.contains(KeyModifiers::ALT) && !modifiers.contains(KeyModifiers::CONTROL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_pressed() {
        let key = |code, modifiers| Key::of(&KeyEvent::new(code, modifiers));
        let none = KeyModifiers::NONE;
        let control = KeyModifiers::CONTROL;
        assert_eq!(key(KeyCode::Char('c'), none), Some(Key::Char('c')));
        assert_eq!(key(KeyCode::Char('c'), control), Some(Key::Interrupt));
        assert_eq!(key(KeyCode::Char('x'), control), None);
        let alt_gr = control | KeyModifiers::ALT;
        assert_eq!(key(KeyCode::Char('['), alt_gr), Some(Key::Char('[')));
        assert_eq!(key(KeyCode::Char('x'), KeyModifiers::ALT), None);
        let hasty = Key::hasty(&KeyEvent::new(KeyCode::Char('x'), KeyModifiers::ALT));
        let both = cfg!(unix).then_some([Key::Esc, Key::Char('x')]);
        assert_eq!(hasty, both);
        let hasty = Key::hasty(&KeyEvent::new(KeyCode::Char('['), alt_gr));
        assert_eq!(hasty, None);
        assert_eq!(key(KeyCode::Tab, KeyModifiers::SHIFT), Some(Key::BackTab));
        assert_eq!(key(KeyCode::F(1), none), None);
        let released = KeyEvent::new_with_kind(KeyCode::Enter, none, KeyEventKind::Release);
        assert_eq!(Key::of(&released), None);
        let held = KeyEvent::new_with_kind(KeyCode::Enter, none, KeyEventKind::Repeat);
        assert_eq!(Key::of(&held), Some(Key::Enter));
    }
}
