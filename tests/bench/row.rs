//! One line of the table: what was measured, its raw limit from the same run, and the budget.

/// What design §9 asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Budget {
    /// At most so many times the raw limit.
    Times(f64),
    /// At least so many times the raw limit.
    Reach(f64),
    /// At most this much more than the raw limit.
    Plus(f64),
    /// At most this.
    Most(f64),
    /// Exactly this.
    Exactly(f64),
    /// Nothing: the row explains another one.
    Told,
}

/// How a number is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unit {
    Millis,
    PerSecond,
    MiB,
    Count,
}

/// See the module.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) what: String,
    pub(crate) unit: Unit,
    pub(crate) measured: f64,
    /// The limit, and what it is.
    pub(crate) raw: Option<(f64, &'static str)>,
    pub(crate) budget: Budget,
}

impl Row {
    /// One tab-separated line, for the table that `xtask` prints.
    pub(crate) fn tell(&self) {
        let (raw, ratio, beside) = match self.raw {
            Some((raw, beside)) => (
                self.unit.write(raw),
                format!("{:.2}", self.measured / raw),
                beside,
            ),
            None => ("–".to_owned(), "–".to_owned(), ""),
        };
        let measured = self.unit.write(self.measured);
        let (budget, verdict) = (self.budget.write(self.unit), self.verdict());
        let (name, what) = (self.name, &self.what);
        println!("row\t{name}\t{what}\t{measured}\t{raw}\t{ratio}\t{budget}\t{verdict}\t{beside}");
    }

    fn verdict(&self) -> &'static str {
        let raw = self.raw.map_or(f64::NAN, |(raw, _)| raw);
        let kept = match self.budget {
            Budget::Times(times) => self.measured <= times * raw,
            Budget::Reach(times) => self.measured >= times * raw,
            Budget::Plus(more) => self.measured <= raw + more,
            Budget::Most(most) => self.measured <= most,
            Budget::Exactly(exactly) => (self.measured - exactly).abs() < f64::EPSILON,
            Budget::Told => return "",
        };
        if kept { "ok" } else { "over" }
    }
}

impl Unit {
    fn write(self, value: f64) -> String {
        match self {
            Self::Millis if value < 1.0 => format!("{:.0} µs", value * 1e3),
            Self::Millis if value < 100.0 => format!("{value:.2} ms"),
            Self::Millis => format!("{value:.0} ms"),
            Self::PerSecond => format!("{value:.0} /s"),
            Self::MiB => format!("{value:.0} MiB"),
            Self::Count => format!("{value:.0}"),
        }
    }
}

impl Budget {
    fn write(self, unit: Unit) -> String {
        match self {
            Self::Times(times) => format!("≤ {times}×"),
            Self::Reach(times) => format!("≥ {times}×"),
            Self::Plus(more) => format!("≤ raw + {}", unit.write(more)),
            Self::Most(most) => format!("≤ {}", unit.write(most)),
            Self::Exactly(exactly) => unit.write(exactly),
            Self::Told => "–".to_owned(),
        }
    }
}
