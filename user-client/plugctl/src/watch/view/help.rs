//! The help.

/// What keys do, and what signs mean. Its lines fit the least terminal, all of it a usual one.
pub(crate) const HELP: &str = "\
Tab 1-4 arrows h l    go to a panel
arrows j k g G PgUp   go to an entry, or back in events
Enter c   connect: choose plugs, see what will be done
d         break the selected connection; asks first
r         reset the bus of the selected unit; asks first
f /       show only what has all these words: tape opcr,
          unit:1.1, plug:ipcr, kind:reset; Esc clears it
p         hold the events, and go on
q Esc Ctrl+C          quit

Connections made here belong to this program: however it
ends, they are broken. plugctl connect --persist makes
those that stay.

●── ►  channel, speed and bandwidth units of a stream
●══ ►  broadcast      ●·· ►  seen in the registers only
● this program        ○ another program, by process id
■ driver: persists    ▲ foreign: another driver made it
◊ another node of the bus made it
Bars: ▓ the selected connection, █ others; 2-9 so many
plugs on a channel. Seen: by the plugs of these units;
nodes that are no units may use more.";

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn it_fits() {
        assert!(super::HELP.lines().count() <= 22);
        for line in super::HELP.lines() {
            assert!(line.width() <= 56, "{line}");
        }
    }
}
