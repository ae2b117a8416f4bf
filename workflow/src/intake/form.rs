//! A checked intake as a form again.

use super::{Contract, Intake, IntakeForm, NumberEntry, NumberForm, Provider, ProviderForm, WholeBlock, WholeBlockForm};

/// A checked intake written down again, to be changed and checked anew.
impl From<Intake> for IntakeForm {
    fn from(intake: Intake) -> Self {
        let Intake { customer, users, equipment, call_recording, contracts, numbers, wish_date, installation, language } = intake;
        let contract = |contract: Contract| {
            let Provider { name, address, known } = contract.provider.clone();
            contract.with(ProviderForm { name, address: Some(address), known })
        };
        let contracts = contracts.into_iter().map(contract).collect();
        let whole = |whole: WholeBlock| WholeBlockForm {
            number: whole.series.first(),
            block_size: whole.series.block_size(),
            main_number: Some(whole.main_number.first()),
        };
        let number = |NumberEntry { series, contract, part_of }| NumberForm {
            number: series.first(),
            block_size: Some(series.block_size()),
            contract,
            part_of: part_of.map(whole),
        };
        let numbers = numbers.into_iter().map(number).collect();
        Self { customer, users, equipment, call_recording, contracts, numbers, wish_date, installation, language }
    }
}
