//! The grammar of challenges (RFC 9110 sections 5.6 and 11): a comma may stand before a parameter, before another challenge, or
//! within quotation marks.

/// One challenge.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Challenge {
    scheme: String,
    parameters: Vec<(String, String)>,
}

impl Challenge {
    /// Whether it is of this scheme; schemes have no case.
    pub(super) fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// The value of a parameter, the name of which has no case. A name must not be repeated (section 11.2), so of such a one
    /// there is none.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let mut named = self.parameters.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        match (named.next(), named.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }
}

/// The challenges of one line, up to the first place that is against the grammar: what comes behind it could be anything, and
/// the challenge it is in is not believed either.
pub(super) fn read(line: &[u8]) -> Vec<Challenge> {
    let mut rest = Rest(line);
    let mut read = Vec::new();
    while rest.skip_commas() {
        match rest.challenge() {
            Some(challenge) => read.push(challenge),
            None => break,
        }
    }
    read
}

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    /// A challenge, and the comma behind it is left.
    fn challenge(&mut self) -> Option<Challenge> {
        let scheme = text(self.token()?);
        let mut challenge = Challenge { scheme, parameters: Vec::new() };
        if !self.skip_spaces() {
            return self.is_at_end_of_element().then_some(challenge);
        }
        if self.is_at_end_of_element() || self.token68() {
            return Some(challenge);
        }
        loop {
            challenge.parameters.push(self.parameter()?);
            self.skip_spaces();
            if !self.is_at_end_of_element() {
                return None;
            }
            // Behind the commas is another parameter, or another challenge.
            let mut ahead = Rest(self.0);
            if !ahead.skip_commas() || !ahead.is_at_parameter() {
                return Some(challenge);
            }
            *self = ahead;
        }
    }

    /// `token BWS "=" BWS ( token / quoted-string )`.
    fn parameter(&mut self) -> Option<(String, String)> {
        let name = text(self.token()?);
        self.skip_spaces();
        self.eat(b'=').then_some(())?;
        self.skip_spaces();
        let value = if self.0.first() == Some(&b'"') { self.quoted()? } else { text(self.token()?) };
        Some((name, value))
    }

    fn is_at_parameter(&self) -> bool {
        let mut ahead = Rest(self.0);
        ahead.token().is_some() && {
            ahead.skip_spaces();
            ahead.eat(b'=')
        }
    }

    /// Letters and padding behind the scheme, up to the end of the element (section 11.2). They mean nothing here.
    fn token68(&mut self) -> bool {
        let letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(byte);
        let letters = self.0.iter().take_while(|byte| letter(byte)).count();
        let padding = self.0[letters..].iter().take_while(|byte| **byte == b'=').count();
        let mut behind = Rest(&self.0[letters + padding..]);
        behind.skip_spaces();
        let whole = letters > 0 && behind.is_at_end_of_element();
        if whole {
            *self = behind;
        }
        whole
    }

    fn token(&mut self) -> Option<&'a [u8]> {
        let letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
        let (token, rest) = self.0.split_at(self.0.iter().take_while(|byte| letter(byte)).count());
        self.0 = rest;
        (!token.is_empty()).then_some(token)
    }

    fn quoted(&mut self) -> Option<String> {
        self.eat(b'"').then_some(())?;
        let mut value = Vec::new();
        loop {
            let (first, rest) = self.0.split_first()?;
            self.0 = rest;
            match first {
                b'"' => return String::from_utf8(value).ok(),
                b'\\' => {
                    let (escaped, rest) = self.0.split_first()?;
                    self.0 = rest;
                    value.push(*escaped);
                }
                other => value.push(*other),
            }
        }
    }

    /// Elements of a list may be empty (section 5.6.1). False at the end.
    fn skip_commas(&mut self) -> bool {
        while self.skip_spaces() || self.eat(b',') {}
        !self.0.is_empty()
    }

    fn skip_spaces(&mut self) -> bool {
        let before = self.0.len();
        while self.eat(b' ') || self.eat(b'\t') {}
        self.0.len() < before
    }

    fn is_at_end_of_element(&self) -> bool {
        self.0.first().is_none_or(|byte| *byte == b',')
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.0.first() == Some(&byte);
        if found {
            self.0 = &self.0[1..];
        }
        found
    }
}

/// Tokens are ASCII.
fn text(token: &[u8]) -> String {
    String::from_utf8_lossy(token).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> Vec<String> {
        let show = |challenge: Challenge| {
            let parameters: Vec<_> =
                challenge.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("{}[{}]", challenge.scheme, parameters.join("|"))
        };
        read(line.as_bytes()).into_iter().map(show).collect()
    }

    #[test]
    fn a_comma_stands_before_a_parameter_or_a_challenge_or_in_a_value() {
        for (line, challenges) in [
            ("", vec![]),
            (" , ,, ", vec![]),
            ("Basic", vec!["Basic[]"]),
            ("Basic , Bearer", vec!["Basic[]", "Bearer[]"]),
            ("Negotiate YTpi==, Bearer a=b", vec!["Negotiate[]", "Bearer[a=b]"]),
            ("Negotiate abc , Bearer a=b", vec!["Negotiate[]", "Bearer[a=b]"]),
            ("A a=b, c=d, B e=f", vec!["A[a=b|c=d]", "B[e=f]"]),
            ("A a=b,,, c = \"d, B e=f\"", vec!["A[a=b|c=d, B e=f]"]),
            ("A a=\"\\\"x\\\\\", B", vec!["A[a=\"x\\]", "B[]"]),
            // The example of section 11.6.1.
            (
                "Basic realm=\"simple\", Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\"",
                vec!["Basic[realm=simple]", "Newauth[realm=apps|type=1|title=Login to \"apps\"]"],
            ),
        ] {
            assert_eq!(shown(line), challenges, "{line}");
        }
    }

    #[test]
    fn nothing_is_read_out_of_what_is_against_the_grammar() {
        for line in [
            "A a=b c=d, B",
            "A a=\"b",
            "A a=\"b\\",
            "A a=;, B",
            "A =b",
            "=",
            "\"",
            "A a=\"b\"c",
            "A\ta=b;c=d",
            "A \u{e9}",
        ] {
            assert_eq!(shown(line), [""; 0], "{line}");
        }
        assert_eq!(shown("A a=b, B c=\"d"), ["A[a=b]"], "what came before stays");
    }

    #[test]
    fn a_repeated_name_is_none() {
        let read = read(b"A a=1, b=2, A=3");
        let found: Vec<_> =
            ["a", "B", "c"].into_iter().map(|name| read.first().and_then(|one| one.parameter(name))).collect();
        assert_eq!(found, [None, Some("2"), None]);
    }
}
