//! One `macro_rules!` through which every state machine is declared with `sm`.
//!
//! `sm` checks transitions at compile time and offers nothing at run time: no list of states, no `FromStr`, no serde. The macro hands the
//! same tokens to `sm::sm!` and expands them to what is missing, so that a transition stands in one place only. `step` of a machine
//! really goes through `sm`'s typed machine: its answer is read from the type that `sm` returned.
//!
//! Every state is listed under `InitialStates` for `sm`, as only those can be restored from a stored name; the first is where a machine
//! starts. Two machines can't share a module (`sm!` puts imports into the calling scope).

/// Declares a state machine: `states { Name "stored_name", … }`, then per event its transitions `From, Other => To`.
macro_rules! machine {
    (
        $m:ident {
            states { $( $(#[$state_doc:meta])* $s:ident $name:literal ),+ $(,)? }
            $( $(#[$event_doc:meta])* $ev:ident { $( $($from:ident),+ => $to:ident )+ } )+
        }
    ) => {
        sm::sm! { $m { InitialStates { $($s),+ } $( $ev { $( $($from),+ => $to )+ } )+ } }

        /// The states, in the order in which they are declared; the first is where the machine starts.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum State { $( $(#[$state_doc])* #[serde(rename = $name)] $s ),+ }

        /// What moves the machine.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Event { $( $(#[$event_doc])* $ev ),+ }

        impl State {
            /// Every state.
            pub const ALL: &[State] = &[$(State::$s),+];

            /// The name by which it is stored and shown in answers.
            pub const fn as_str(self) -> &'static str {
                match self { $(State::$s => $name),+ }
            }
        }

        impl std::fmt::Display for State {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for State {
            type Err = ();
            fn from_str(name: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|state| state.as_str() == name).ok_or(())
            }
        }

        impl Event {
            /// Every event.
            pub const ALL: &[Event] = &[$(Event::$ev),+];
        }

        /// Every transition there is.
        pub const TRANSITIONS: &[(State, Event, State)] = &[$($($( (State::$from, Event::$ev, State::$to), )+)+)+];

        // By hand: within a macro utoipa's derive doesn't see `rename`, and each machine's states need a name of their own.
        #[cfg(feature = "schema")]
        impl utoipa::PartialSchema for State {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let names = Self::ALL.iter().map(|state| state.as_str());
                utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some(names))
                    .into()
            }
        }

        #[cfg(feature = "schema")]
        impl utoipa::ToSchema for State {
            fn name() -> std::borrow::Cow<'static, str> {
                concat!(stringify!($m), "State").into()
            }
        }

        trait Named: sm::State {
            const STATE: State;
        }
        $( impl Named for $m::$s { const STATE: State = State::$s; } )+

        fn state_of<M: sm::Machine>(_: &M) -> State
        where
            M::State: Named,
        {
            <M::State as Named>::STATE
        }

        /// Where `event` leads from `state`; `None` where it may not happen.
        pub fn step(state: State, event: Event) -> Option<State> {
            Some(match (state, event) {
                $($($( (State::$from, Event::$ev) => state_of(&$m::Machine::new($m::$from).transition($m::$ev)), )+)+)+
                _ => return None,
            })
        }

        /// The machine as a Mermaid state diagram, for the documentation.
        pub fn diagram() -> String {
            $crate::machine::diagram(
                State::ALL.first().map(|first| first.as_str()),
                TRANSITIONS.iter().map(|(from, event, to)| (from.as_str(), format!("{event:?}"), to.as_str())),
            )
        }
    };
}
pub(crate) use machine;

/// A Mermaid state diagram of transitions `(from, event, to)`.
pub(crate) fn diagram<'a>(first: Option<&'a str>, transitions: impl Iterator<Item = (&'a str, String, &'a str)>) -> String {
    let start = first.map(|first| format!("    [*] --> {first}\n"));
    let arrows = transitions.map(|(from, event, to)| format!("    {from} --> {to}: {}\n", event.to_lowercase()));
    std::iter::once("stateDiagram-v2\n".to_owned()).chain(start).chain(arrows).collect()
}
