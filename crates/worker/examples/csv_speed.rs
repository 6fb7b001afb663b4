//! How fast a file of contacts is read: `cargo run --release -p rapport-worker --example csv_speed [rows]`.
//!
//! Generates the file in memory, then prints the time of the survey and of the rows, without and with phone numbers being
//! read for what they are.

use rapport_contract::Instant;
use rapport_contract::country::Country;
use rapport_contract::phone::{InvalidPhone, PhoneNumber};
use rapport_store::phones::{self, ReadPhone};
use rapport_worker::csv::{Failure, Readers, Survey};
use std::fmt::Write;

fn main() -> Result<(), Failure> {
    let count = std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1_000_000);
    let file = generate(count);
    println!("{count} rows, {} MB", file.len() / 1_000_000);

    let mexico = Country::from_code("MX").ok();
    let (survey, seconds) = timed(|| Survey::of(file.as_bytes(), mexico));
    let survey = survey?;
    println!("survey            {seconds:.2} s");

    let shape = |text: &str| -> Result<ReadPhone, InvalidPhone> {
        let number = PhoneNumber::from_e164(text)?;
        Ok(ReadPhone {
            number,
            in_use: true,
        })
    };
    let (used, seconds) = timed(|| used_rows(&survey, &file, &shape));
    println!("rows              {seconds:.2} s, {} used", used?);

    let plan = |text: &str| mexico.map_or(Err(InvalidPhone), |country| phones::read(text, country));
    let (used, seconds) = timed(|| used_rows(&survey, &file, &plan));
    println!("rows with phones  {seconds:.2} s, {} used", used?);
    Ok(())
}

fn used_rows(
    survey: &Survey,
    file: &str,
    phone: &(dyn Fn(&str) -> Result<ReadPhone, InvalidPhone> + Sync),
) -> Result<usize, Failure> {
    let readers = Readers {
        phone,
        local_time: &|time| Instant::from_unix_millis(time.and_utc().timestamp_millis()),
    };
    let mut used = 0;
    for row in survey.rows(file.as_bytes(), readers)? {
        used += usize::from(row?.values.is_some());
    }
    Ok(used)
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = std::time::Instant::now();
    let result = work();
    (result, start.elapsed().as_secs_f64())
}

fn generate(count: u32) -> String {
    const FIRST: [&str; 5] = ["Ana", "José", "Íñigo", "小明", "Clarice"];
    const LAST: [&str; 4] = ["Núñez", "O'Lunney", "王", "García Márquez"];
    const PLACES: [(&str, &str); 4] = [
        ("Mérida", "MX"),
        ("Lima", "Perú"),
        ("北京", "中国"),
        ("Springfield", "United States"),
    ];
    let mut file = "id,first_name,last_name,email,phone_number,company,city,country,identifier,created_at,notes\r\n".to_owned();
    for i in 0..count {
        let place = |length: usize| (i as usize / 3) % length;
        let (first, last) = (FIRST[place(5)], LAST[place(4)]);
        let (city, country) = PLACES[(i as usize / 7) % 4];
        // Writing into a text cannot fail.
        _ = write!(
            file,
            "{i},{first},{last},person{i}@example.com,+52155{:08},\"Acme, S.A. {}\",{city},{country},k-{i},{:02}/{:02}/2026 10:00,\"said \"\"hi\"\"\"\r\n",
            i % 100_000_000,
            i % 20_000,
            i % 28 + 1,
            i % 12 + 1,
        );
    }
    file
}
