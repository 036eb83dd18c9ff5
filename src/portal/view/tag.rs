//! A tag: a colour that never stands without words.

/// A word in a colour of the design system, perhaps with an icon of the sprite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    pub text: String,
    /// `data-color`: `neutral`, `info`, `success`, `warning` or `danger`.
    pub color: &'static str,
    /// The symbol's id without `i-`, for example `hake`.
    pub icon: Option<&'static str>,
    /// Drawn as an outline instead of a surface.
    pub outline: bool,
}

impl Tag {
    pub fn new(color: &'static str, text: impl Into<String>) -> Self {
        Self { text: text.into(), color, icon: None, outline: false }
    }

    /// With an icon before the words.
    #[must_use]
    pub fn with_icon(mut self, icon: &'static str) -> Self {
        self.icon = Some(icon);
        self
    }

    /// The tag of a status word of an incident or a claim («Ansvar avtalt», «Bestridt»).
    ///
    /// An unknown word gets the neutral colour.
    pub fn status(word: &str) -> Self {
        match word {
            "Sendt" | "Løsning foreslått" | "Registrert" => Self::new("info", word),
            "Ansvar avtalt" => Self::new("success", word).with_icon("hake"),
            "Akseptert" | "Godtatt" | "Betalt" => Self::new("success", word),
            "Avvist" | "Bestridt" => Self::new("danger", word).with_icon("kryss"),
            _ => Self::new("neutral", word),
        }
    }
}
