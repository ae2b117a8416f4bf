//! Changes to what is known of a migration: its intake, files, warnings taken note of.

use uuid::Uuid;

use super::{Draft, consequences, invoice, letter, porting};
use crate::event::Event;
use crate::intake::{FieldError, Intake, NumberEntry};
use crate::number::Series;
use crate::project::{Attachment, Project};
use crate::rejection::{Reason, Rejection, Unmet, conflict};
use crate::text::Text;
use crate::warning::warnings;

pub(super) fn change(draft: &mut Draft<'_>, intake: Box<Intake>) -> Result<(), Rejection> {
    if *intake == draft.project.intake {
        return Ok(());
    }
    let temporary = temporary_among(&draft.project, &intake);
    if !temporary.is_empty() {
        return Err(Rejection::Input(temporary));
    }
    let before = &draft.project.intake;
    let spoken_for: Vec<Unmet> = draft
        .project
        .requests
        .iter()
        .flat_map(|request| request.series.iter().map(move |asked| (request, &asked.series)))
        // What the donor refused of an accepted request is nobody's any more.
        .filter(|(request, series)| request.speaks_for(series))
        .filter(|(request, series)| {
            let stays = |intake: &Intake| {
                intake
                    .numbers
                    .iter()
                    .any(|entry| entry.series == **series && entry.contract.as_deref() == Some(request.contract.as_str()))
            };
            stays(before) && !stays(&intake)
        })
        .map(|(request, series)| {
            Unmet::new(
                "number_in_porting",
                format!("{series} staat in porteringsverzoek {} ({})", request.id, request.dossier_id),
                format!("{series} stands in porting request {} ({})", request.id, request.dossier_id),
            )
        })
        .collect();
    if !spoken_for.is_empty() {
        return Err(Rejection::Conflict {
            reason: Reason::NumberInPorting,
            detail: Text::new(
                "nummers in een lopend porteringsverzoek kunnen niet worden gewijzigd of verwijderd; trek het verzoek eerst in",
                "numbers in a live porting request can't be changed or removed; withdraw the request first",
            ),
            unmet: spoken_for,
        });
    }
    let adds_numbers = intake.numbers.iter().any(|entry| !before.numbers.iter().any(|old| old.series == entry.series));
    if adds_numbers && draft.project.cutover_is_under_way() {
        return Err(conflict(
            Reason::CutoverScheduled,
            "er is een cutover gepland of bezig; nummers toevoegen kan als die van het schema is (cutover/abort)",
            "a cutover is scheduled or under way; numbers can be added once it is off the schedule (cutover/abort)",
        ));
    }
    if adds_numbers && before.numbers.iter().any(|entry| draft.project.is_ported(&entry.series)) {
        return Err(conflict(
            Reason::NumbersPorted,
            "de nummers van dit project zijn geporteerd; begin voor andere nummers een nieuw project",
            "the numbers of this project have been ported; begin a new project for other numbers",
        ));
    }
    let language_before = before.language;
    let project_before = draft.project.clone();
    draft.emit(Event::IntakeChanged { intake });
    consequences::reopen_incomplete(draft, &project_before, "de gegevens zijn gewijzigd");
    letter::translate_drafts(draft, language_before);
    if adds_numbers {
        porting::ask_for_added_numbers(draft);
    }
    Ok(())
}

/// Numbers of an intake that serve as temporary ones: nobody's to port.
fn temporary_among(project: &Project, intake: &Intake) -> Vec<FieldError> {
    let held = |series: &Series| project.temporary_numbers().any(|temporary| temporary.overlaps(series));
    let faulty = intake.numbers.iter().enumerate().filter(|(_, entry)| held(&entry.series));
    let fault = |(i, entry): (usize, &NumberEntry)| {
        let series = &entry.series;
        FieldError::new(
            format!("/numbers/{i}/number"),
            "duplicate_number",
            format!("{series} is een tijdelijk nummer waarnaar dit project doorschakelt"),
            format!("{series} is a temporary number to which this project forwards"),
        )
    };
    faulty.map(fault).collect()
}

pub(super) fn add_attachment(draft: &mut Draft<'_>, attachment: &Attachment) -> Result<(), Rejection> {
    if let Some(contract) = &attachment.contract
        && draft.project.intake.contract(contract).is_none()
    {
        return Err(Rejection::Input(vec![FieldError::new(
            "/contract",
            "unknown_contract",
            format!("er is geen contract met id {contract:?}"),
            format!("there is no contract with id {contract:?}"),
        )]));
    }
    if !attachment.kind.takes(&attachment.content_type) {
        return Err(Rejection::Input(vec![attachment.kind.file_type_fault(&attachment.content_type)]));
    }
    draft.emit(Event::AttachmentAdded(attachment.clone()));
    invoice::take(draft, attachment);
    Ok(())
}

pub(super) fn acknowledge_warning(
    draft: &mut Draft<'_>,
    code: String,
    contract: Option<String>,
    note: String,
) -> Result<(), Rejection> {
    let stands = warnings(&draft.project, draft.context.moment.today())
        .iter()
        .any(|warning| warning.code == code && warning.contract == contract);
    if !stands {
        return Err(conflict(
            Reason::NoSuchWarning,
            format!("de waarschuwing {code} is er niet (voor dit contract)"),
            format!("the warning {code} does not stand (for this contract)"),
        ));
    }
    draft.emit(Event::WarningAcknowledged { code, contract, note });
    Ok(())
}

/// A proof that the project does not have.
pub(super) fn unknown_attachment(project: &Project, attachment: Option<Uuid>) -> Option<FieldError> {
    let unknown = attachment.filter(|id| !project.attachments.iter().any(|known| known.id == *id))?;
    Some(FieldError::new(
        "/attachment",
        "unknown_attachment",
        format!("het project heeft geen bijlage {unknown}; voeg die eerst toe"),
        format!("the project has no attachment {unknown}; add it first"),
    ))
}
