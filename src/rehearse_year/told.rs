//! The report in words.

use std::fmt::Write;

use workflow::actor::Role;
use workflow::cutover::StepKey;
use workflow::letter::Language;
use workflow::process::{Party, newest};
use workflow::text::Text;

use super::commands::words;
use super::report::{Report, Spread};

/// So much of a task's title stands on its row.
const TITLE_CHARS: usize = 42;

/// The report in a language.
pub(super) fn told(report: &Report, language: Language) -> String {
    let mut told = Telling { language, text: String::new() };
    told.beginning(report);
    told.lateness(report);
    told.incidents(report);
    told.portings(report);
    told.letters(report);
    told.by_hand(report);
    told.machine(report);
    told.text
}

struct Telling {
    language: Language,
    text: String,
}

/// Part of a whole, in whole percents.
fn percent(part: u64, whole: u64) -> u64 {
    (part * 100 + whole / 2) / whole.max(1)
}

impl Telling {
    fn say(&self, nl: &str, en: &str) -> String {
        Text::new(nl, en).in_language(self.language).to_owned()
    }

    fn line(&mut self, nl: &str, en: &str) {
        let line = self.say(nl, en);
        // Writing to a String can't fail.
        let _infallible = writeln!(self.text, "{line}");
    }

    fn heading(&mut self, nl: &str, en: &str) {
        self.text.push('\n');
        self.line(nl, en);
    }

    fn row(&mut self, name: &str, figures: &str) {
        let _infallible = writeln!(self.text, "  {name:<58} {figures}");
    }

    fn count(&mut self, nl: &str, en: &str, count: impl std::fmt::Display) {
        let name = self.say(nl, en);
        self.row(&name, &format!("{count:>7}"));
    }

    fn spread(&self, spread: &Spread) -> String {
        let Spread { median, p90, max, .. } = spread;
        self.say(
            &format!("mediaan {median}, 90 % tot {p90}, hoogstens {max}"),
            &format!("median {median}, 90 % up to {p90}, at most {max}"),
        )
    }

    fn party(&self, party: Party) -> String {
        match party {
            Party::Customer => self.say("klant", "customer"),
            Party::Contractor => self.say("integrator", "contractor"),
            Party::Provider => self.say("provider", "provider"),
        }
    }

    fn beginning(&mut self, report: &Report) {
        let Report { migrations, seed, from, until, .. } = report;
        self.line(
            &format!("Een jaar met {migrations} migraties, van {from} tot {until}, seed {seed}"),
            &format!("A year of {migrations} migrations, from {from} to {until}, seed {seed}"),
        );
        self.heading("Projecten naar fase en status", "Projects by phase and status");
        for projects in &report.projects {
            self.row(&format!("{} / {}", projects.phase, projects.status), &format!("{:>7}", projects.count));
        }
        for silent in &report.silent {
            let waits: Vec<String> = silent.waiting_on.iter().map(|party| self.party(*party)).collect();
            let name = self.say("al lang niets gebeurd", "nothing has happened for long");
            let (days, waits) = (silent.days, waits.join(", "));
            let told = self.say(&format!("{days} dagen, wacht op {waits}"), &format!("{days} days, waits for {waits}"));
            self.row(&format!("{name}: {} ({})", silent.reference, silent.phase), &told);
        }
        let days = self.spread(&report.lead_time_days);
        let name =
            self.say("van intake tot alle nummers over waren, in dagen", "from intake until all numbers had moved, in days");
        self.row(&name, &format!("{:>7}  {days}", report.lead_time_days.count));
    }

    fn lateness(&mut self, report: &Report) {
        self.heading(
            "Te laat, naar taak en partij: gedaan, waarvan te laat, werkdagen te laat (mediaan)",
            "Late, by task and party: done, late of these, working days late (median)",
        );
        let titles = newest();
        for late in &report.lateness {
            let title = titles.task(&late.task).map_or(late.task.as_str(), |task| task.title.in_language(self.language));
            let cut = if title.chars().count() > TITLE_CHARS { "…" } else { "" };
            let title: String = title.chars().take(TITLE_CHARS).chain(cut.chars()).collect();
            let name = format!("{title} ({})", self.party(late.party));
            let share = percent(late.late, late.done);
            self.row(&name, &format!("{:>7} {:>6} {share:>4} % {:>4}", late.done, late.late, late.median_working_days_late));
        }
        for party in [Party::Customer, Party::Contractor, Party::Provider] {
            let of = || report.lateness.iter().filter(|late| late.party == party);
            let (done, late) = (of().map(|late| late.done).sum(), of().map(|late| late.late).sum());
            let name = format!("{} {}", self.say("samen:", "together:"), self.party(party));
            self.row(&name, &format!("{done:>7} {late:>6} {:>4} %", percent(late, done)));
        }
    }

    fn incidents(&mut self, report: &Report) {
        self.heading("Incidenten naar oorzaak, en hoe zij afliepen", "Incidents by cause, and how they ended");
        for incidents in &report.incidents {
            let ended: Vec<String> = incidents.ended.iter().map(|(how, count)| format!("{} {count}", self.ending(how))).collect();
            let name = self.cause(&incidents.cause);
            let minutes = self.spread(&incidents.minutes);
            let unit = self.say("minuten", "minutes");
            self.row(&name, &format!("{:>7}  {}; {unit}: {minutes}", incidents.count, ended.join(", ")));
        }
        if report.incidents.is_empty() {
            self.line("  geen", "  none");
        }
        self.heading("Weigeringen naar blokkeringscode", "Refusals by blocking code");
        for refusals in &report.refusals {
            self.count(&format!("code {}", refusals.blocking_code), &format!("code {}", refusals.blocking_code), refusals.count);
        }
        self.count("antwoorden van donoren", "donors' answers", report.donor_answers);
    }

    fn cause(&self, cause: &str) -> String {
        let (step, why) = cause.split_once('/').unwrap_or((cause, ""));
        let step = serde_json::from_value::<StepKey>(serde_json::json!(step))
            .map_or_else(|_| step.to_owned(), |step| step.title().in_language(self.language).to_owned());
        let why = match why {
            "refused" => self.say("geweigerd", "refused"),
            "no_answer" => self.say("geen antwoord", "no answer"),
            "error_found" => self.say("COIN meldt een fout", "COIN reports an error"),
            missing => format!("{} {missing}", self.say("ontbreekt:", "missing:")),
        };
        format!("{step}: {why}")
    }

    fn ending(&self, how: &str) -> String {
        match how {
            "by_hand" => self.say("met de hand", "by hand"),
            "tried_again" => self.say("opnieuw geprobeerd", "tried again"),
            "aborted" => self.say("afgebroken", "aborted"),
            "another" => self.say("ging over in een ander", "became another"),
            _ => self.say("nog open", "still open"),
        }
    }

    fn portings(&mut self, report: &Report) {
        let portings = &report.portings;
        self.heading("Porteringen", "Portings");
        self.count("cutovers waarin nummers overgingen", "cutovers in which numbers moved", portings.count);
        self.count("nummers", "numbers", portings.numbers);
        let name = self.say("op een werkdag", "on a working day");
        let spread = self.spread(&portings.per_working_day);
        self.row(&name, &spread);
        let busiest: Vec<String> = portings.busiest.iter().map(|day| format!("{} ({})", day.on, day.portings)).collect();
        let name = self.say("drukste dagen", "busiest days");
        self.row(&name, &busiest.join(", "));
        self.count("buiten werkdag of uren, met een reden", "outside working day or hours, with a reason", portings.overridden);
        self.count(
            "buiten werkdag of uren, zonder reden",
            "outside working day or hours, without a reason",
            portings.outside_hours,
        );
        self.count("door een incident pas na de uren klaar", "by an incident done only after the hours", portings.after_hours);
        let service = &report.service;
        let name = self.say("seconden buiten dienst bij de overgang, per reeks", "seconds out of service when moving, by series");
        let spread = self.spread(&service.seconds_unreachable);
        self.row(&name, &spread);
        self.count(
            "overgegane nummers die nog niet zijn bereikt",
            "numbers that moved and were not reached yet",
            service.numbers_not_reached,
        );
        self.count(
            "nummers zonder dienst voor de portering",
            "numbers without service before the porting",
            service.numbers_cut_off,
        );
        let name = self.say("dagen zonder dienst, per contract", "days without service, by contract");
        let spread = self.spread(&service.days_cut_off);
        self.row(&name, &spread);
        self.count(
            "nummers overgezet later dan een maand na contracteinde",
            "numbers moved later than a month after the contract's end",
            service.numbers_moved_too_late,
        );
        self.count("contracten dubbel betaald", "contracts paid twice", service.contracts_paid_twice);
        let name = self.say("dagen dubbel betaald, per contract", "days paid twice, by contract");
        let spread = self.spread(&service.days_paid_twice);
        self.row(&name, &spread);
    }

    fn letters(&mut self, report: &Report) {
        let (letters, reminders) = (&report.letters, &report.reminders);
        self.heading("Brieven en herinneringen", "Letters and reminders");
        self.count("brieven gemaakt", "letters made", letters.made);
        self.count("gemaild aan de klant", "e-mailed to the customer", letters.emailed);
        self.count("verzonden", "sent", letters.sent);
        self.count("vervangen door een nieuwe", "replaced by a new one", letters.replaced);
        self.count("ingetrokken", "withdrawn", letters.withdrawn);
        self.count("herinneringen aan klanten", "reminders to customers", reminders.to_customers);
        self.count("herinneringen aan de integrator", "reminders to the contractor", reminders.to_contractor);
        self.count("e-mails verzonden", "e-mails sent", reminders.emails);
    }

    fn by_hand(&mut self, report: &Report) {
        let begun = report.projects.iter().map(|projects| projects.count).sum::<u64>().max(1);
        for (role, nl, en) in [
            (
                Role::Manager,
                "Wat projectleiders met de hand deden, en per migratie",
                "What project managers did by hand, and per migration",
            ),
            (Role::Engineer, "Wat monteurs deden", "What engineers did"),
            (Role::Customer, "Wat klanten deden", "What customers did"),
        ] {
            self.heading(nl, en);
            let mut of_role: Vec<_> = report.by_hand.iter().filter(|hand| hand.role == role).collect();
            of_role.sort_by_key(|hand| std::cmp::Reverse(hand.count));
            for hand in of_role {
                let name = words(hand.command).in_language(self.language).to_owned();
                let hundredths = hand.count * 100 / begun;
                self.row(&name, &format!("{:>7} {:>4}.{:02}", hand.count, hundredths / 100, hundredths % 100));
            }
        }
        let (manager, engineer) = (report.manager_minutes, report.engineer_minutes);
        self.line(
            &format!("  per migratie {manager} minuten van een projectleider en {engineer} van een monteur"),
            &format!("  per migration {manager} minutes of a project manager and {engineer} of an engineer"),
        );
        self.heading("Wat regels weigerden", "What rules refused");
        for refused in &report.refused_by_rules {
            let name = format!("{} ({})", words(refused.command).in_language(self.language), refused.code);
            self.row(&name, &format!("{:>7}", refused.count));
        }
        if report.refused_by_rules.is_empty() {
            self.line("  niets", "  nothing");
        }
    }

    fn machine(&mut self, report: &Report) {
        let machine = &report.machine;
        self.heading("De machine", "The machine");
        self.count("seconden", "seconds", machine.wall_seconds);
        self.count("commando's", "commands", machine.commands);
        self.count("commando's per seconde", "commands per second", machine.commands_per_second);
        self.count("gebeurtenissen", "events", machine.events);
        self.count("MB in de database", "MB in the database", machine.database_bytes / 1_000_000);
        if !machine.reads_invoices {
            self.line("  facturen niet gelezen: er is geen pdftotext", "  invoices were not read: there is no pdftotext");
        }
        self.heading("Wat moet gelden en niet geldt", "What must hold and does not");
        if report.violations.is_empty() {
            self.line("  niets: alles klopt", "  nothing: all is well");
        }
        for violation in &report.violations {
            let _infallible = writeln!(self.text, "  {violation}");
        }
    }
}
