//! Invented people; a likeness to a real one is an accident of drawing.

/// Given names of patients.
pub(super) const GIVEN: [&str; 72] = [
    "Aaliyah", "Adam", "Agnieszka", "Aiko", "Alejandro", "Amara", "Amélie", "Ana", "Anders",
    "Anong", "Antonella", "Arjun", "Astrid", "Ayşe", "Bao", "Beatriz", "Björn", "Bogdan",
    "Carmen", "Chiamaka", "Chloé", "Dagmar", "Dariusz", "Deniz", "Dimitra", "Eleni", "Elif",
    "Emeka", "Emil", "Fatima", "Felipe", "Freya", "Giulia", "Goran", "Greta", "Hana", "Hiroshi",
    "Ingrid", "Isabella", "Ivana", "Jamal", "Jana", "Jonas", "Kateryna", "Khadija", "Lars",
    "Leila", "Linh", "Magnus", "Mai", "Marek", "Mehmet", "Mikkel", "Nadia", "Niamh", "Noor",
    "Oksana", "Olof", "Paolo", "Priya", "Rafael", "Rosalía", "Samuel", "Sofia", "Tadeusz",
    "Tomoko", "Vera", "Wanjiru", "Yara", "Youssef", "Zofia", "Øyvind",
];

/// Family names of patients.
pub(super) const FAMILY: [&str; 72] = [
    "Adeyemi", "Aguilar", "Andersson", "Bakker", "Barbosa", "Bauer", "Beck", "Bianchi", "Çelik",
    "Chowdhury", "Conti", "Costa", "Diallo", "Dubois", "Eriksen", "Fernández", "Fischer",
    "Fontaine", "García", "Gruber", "Haddad", "Hansen", "Hassan", "Herrera", "Hoffmann",
    "Horvat", "Ibrahim", "Ito", "Ivanova", "Jansen", "Kaya", "Keller", "Khan", "Kim",
    "Kovačević", "Kowalska", "Kumar", "Larsen", "Lefèvre", "Lindqvist", "Maier", "Marino",
    "Mbeki", "Mendes", "Mohamud", "Moreau", "Müller", "Nakamura", "Nguyen", "Nowak", "O’Brien",
    "Okafor", "Papadopoulou", "Pereira", "Petrov", "Popescu", "Rahman", "Ramírez", "Richter",
    "Rossi", "Sato", "Schäfer", "Silva", "Sørensen", "Suzuki", "Tanaka", "Vogel", "Wagner",
    "Weiß", "Yılmaz", "Zhang", "Ziegler",
];

/// Practitioners of the clinic for a first look.
pub(super) const PRACTITIONERS: [&str; 8] = [
    "Dr. Lena Hartmann",
    "Mateus Oliveira",
    "Yuki Nakagawa",
    "Samira Haddad",
    "Jonas Lindberg",
    "Priya Raman",
    "Tomasz Zieliński",
    "Claire Fontaine",
];

/// What a desk notes about a visit.
pub(super) const NOTES: [&str; 8] = [
    "Prefers a call the day before",
    "Brings an interpreter",
    "Needs the ground-floor room",
    "Referral arrives by post",
    "First visit after surgery",
    "Runs late from work, may be five minutes behind",
    "Wants to talk about a home programme",
    "Insurance form to be signed",
];
