//! Which area a town lies in, for the towns after which areas are named. An area holds more places than its town, and some towns share a
//! name with a place elsewhere: what is not listed is not known, and nothing is concluded from it.

/// The area code of a town, if it is known.
pub fn area_of(town: &str) -> Option<&'static str> {
    let town = town.trim().to_lowercase();
    TOWNS.iter().find(|(name, _)| name.to_lowercase() == town).map(|(_, area)| *area)
}

const TOWNS: [(&str, &str); 142] = [
    ("Rotterdam", "010"),
    ("Zierikzee", "0111"),
    ("Goes", "0113"),
    ("Hulst", "0114"),
    ("Terneuzen", "0115"),
    ("Sluis", "0117"),
    ("Middelburg", "0118"),
    ("Vlissingen", "0118"),
    ("Tilburg", "013"),
    ("Delft", "015"),
    ("Rijen", "0161"),
    ("Oosterhout", "0162"),
    ("Bergen op Zoom", "0164"),
    ("Roosendaal", "0165"),
    ("Tholen", "0166"),
    ("Steenbergen", "0167"),
    ("Zevenbergen", "0168"),
    ("Alphen aan den Rijn", "0172"),
    ("Naaldwijk", "0174"),
    ("Ridderkerk", "0180"),
    ("Spijkenisse", "0181"),
    ("Gouda", "0182"),
    ("Gorinchem", "0183"),
    ("Sliedrecht", "0184"),
    ("Oud-Beijerland", "0186"),
    ("Middelharnis", "0187"),
    ("Amsterdam", "020"),
    ("Den Burg", "0222"),
    ("Den Helder", "0223"),
    ("Schagen", "0224"),
    ("Medemblik", "0227"),
    ("Enkhuizen", "0228"),
    ("Hoorn", "0229"),
    ("Haarlem", "023"),
    ("Nijmegen", "024"),
    ("Beverwijk", "0251"),
    ("Hillegom", "0252"),
    ("IJmuiden", "0255"),
    ("Arnhem", "026"),
    ("Weesp", "0294"),
    ("Aalsmeer", "0297"),
    ("Purmerend", "0299"),
    ("Utrecht", "030"),
    ("Dieren", "0313"),
    ("Doetinchem", "0314"),
    ("Terborg", "0315"),
    ("Zevenaar", "0316"),
    ("Wageningen", "0317"),
    ("Ede", "0318"),
    ("Veenendaal", "0318"),
    ("Lelystad", "0320"),
    ("Dronten", "0321"),
    ("Amersfoort", "033"),
    ("Harderwijk", "0341"),
    ("Barneveld", "0342"),
    ("Doorn", "0343"),
    ("Tiel", "0344"),
    ("Culemborg", "0345"),
    ("Maarssen", "0346"),
    ("Vianen", "0347"),
    ("Woerden", "0348"),
    ("Hilversum", "035"),
    ("Almere", "036"),
    ("Zwolle", "038"),
    ("Eindhoven", "040"),
    ("Boxtel", "0411"),
    ("Oss", "0412"),
    ("Veghel", "0413"),
    ("Waalwijk", "0416"),
    ("Zaltbommel", "0418"),
    ("Maastricht", "043"),
    ("Heerlen", "045"),
    ("Sittard", "046"),
    ("Roermond", "0475"),
    ("Venray", "0478"),
    ("Bemmel", "0481"),
    ("Cuijk", "0485"),
    ("Grave", "0486"),
    ("Druten", "0487"),
    ("Zetten", "0488"),
    ("Helmond", "0492"),
    ("Deurne", "0493"),
    ("Weert", "0495"),
    ("Eersel", "0497"),
    ("Best", "0499"),
    ("Groningen", "050"),
    ("Veenwouden", "0511"),
    ("Drachten", "0512"),
    ("Heerenveen", "0513"),
    ("Balk", "0514"),
    ("Sneek", "0515"),
    ("Oosterwolde", "0516"),
    ("Franeker", "0517"),
    ("Sint Annaparochie", "0518"),
    ("Dokkum", "0519"),
    ("Steenwijk", "0521"),
    ("Meppel", "0522"),
    ("Hardenberg", "0523"),
    ("Coevorden", "0524"),
    ("Elburg", "0525"),
    ("Emmeloord", "0527"),
    ("Hoogeveen", "0528"),
    ("Ommen", "0529"),
    ("Enschede", "053"),
    ("Oldenzaal", "0541"),
    ("Winterswijk", "0543"),
    ("Groenlo", "0544"),
    ("Neede", "0545"),
    ("Almelo", "0546"),
    ("Goor", "0547"),
    ("Rijssen", "0548"),
    ("Apeldoorn", "055"),
    ("Wolvega", "0561"),
    ("Deventer", "0570"),
    ("Twello", "0571"),
    ("Raalte", "0572"),
    ("Lochem", "0573"),
    ("Zutphen", "0575"),
    ("Uddel", "0577"),
    ("Epe", "0578"),
    ("Leeuwarden", "058"),
    ("Emmen", "0591"),
    ("Assen", "0592"),
    ("Beilen", "0593"),
    ("Zuidhorn", "0594"),
    ("Warffum", "0595"),
    ("Appingedam", "0596"),
    ("Winschoten", "0597"),
    ("Hoogezand", "0598"),
    ("Stadskanaal", "0599"),
    ("Den Haag", "070"),
    ("'s-Gravenhage", "070"),
    ("Leiden", "071"),
    ("Alkmaar", "072"),
    ("'s-Hertogenbosch", "073"),
    ("Den Bosch", "073"),
    ("Hengelo", "074"),
    ("Zaandam", "075"),
    ("Breda", "076"),
    ("Venlo", "077"),
    ("Dordrecht", "078"),
    ("Zoetermeer", "079"),
];

#[cfg(test)]
mod tests {
    #![expect(clippy::panic, reason = "a test fails by panicking")]

    use super::{TOWNS, area_of};
    use crate::number::Series;

    #[test]
    fn every_listed_area_is_in_the_plan() {
        for (town, area) in TOWNS {
            let number = format!("{area}{}", "1234567".get(..10 - area.len()).unwrap_or_default());
            let series = Series::parse(&number, None).unwrap_or_else(|fault| panic!("{town}: {fault}"));
            assert_eq!(series.area(), Some(area), "{town}");
        }
    }

    #[test]
    fn a_town_is_found_whatever_its_case() {
        assert_eq!(area_of("UTRECHT "), Some("030"));
        assert_eq!(area_of("'s-gravenhage"), Some("070"));
        assert_eq!(area_of("Ons Dorp"), None);
    }
}
