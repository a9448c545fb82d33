//! The texts of customers of Pakistani shops in three languages, and the shops' replies.
//!
//! `{o}` is the order number, `{c}` the courier, `{t}` the tracking number.

use super::{Language, Topic};

/// The texts of one topic in one language.
pub(super) struct Talk {
    /// The possible first messages. Each item is a series of messages.
    pub(super) openings: &'static [&'static [&'static str]],
    /// The possible later messages.
    pub(super) follow_ups: &'static [&'static str],
    /// The replies from the phone app.
    pub(super) replies: &'static [&'static str],
}

pub(super) const NAMES: [&str; 40] = [
    "Ayesha Khan",
    "Bilal Ahmed",
    "Hina Malik",
    "Usman Tariq",
    "Fatima Noor",
    "Hamza Sheikh",
    "Sana Iqbal",
    "Ali Raza",
    "Zainab Qureshi",
    "Imran Butt",
    "Mahnoor Abbasi",
    "Faisal Mehmood",
    "Rabia Aslam",
    "Kashif Javed",
    "Nimra Shah",
    "Adeel Chaudhry",
    "Iqra Siddiqui",
    "Waqas Bhatti",
    "Sadia Rehman",
    "Danish Memon",
    "عائشہ خان",
    "محمد عثمان",
    "فاطمہ بی بی",
    "حمزہ علی",
    "زینب فاطمہ",
    "عمران حسین",
    "ثناء اقبال",
    "طاہر محمود",
    "مریم صدیقی",
    "شہزاد احمد",
    "Komal Baloch",
    "Asad Khattak",
    "Mehwish Afridi",
    "Tariq Mengal",
    "Noreen Soomro",
    "Yasir Gilani",
    "Uzma Farooq",
    "Shahid Awan",
    "Laiba Zahra",
    "Omer Dar",
];

pub(super) const COURIERS: [&str; 5] = ["TCS", "Leopards", "PostEx", "M&P", "Trax"];

pub(super) const PLACES: [(&str, &str, f64, f64); 6] = [
    ("Liberty Market", "Gulberg III, Lahore", 31.5102, 74.3441),
    ("Dolmen Mall", "Clifton, Karachi", 24.8022, 67.0299),
    ("Saddar Bazaar", "Rawalpindi Cantt", 33.5951, 73.0533),
    ("D Ground", "Peoples Colony, Faisalabad", 31.4116, 73.1087),
    ("Hussain Agahi", "Multan", 30.1984, 71.4687),
    ("University Road", "Peshawar", 34.0005, 71.4878),
];

pub(super) const VOICE_SECONDS: [u64; 5] = [4, 9, 17, 31, 58];

pub(super) const THANKS: [(Language, &[&str]); 3] = [
    (
        Language::English,
        &["Thank you so much", "ok thanks", "Great, will wait"],
    ),
    (Language::Roman, &["Shukriya bhai", "jazakAllah", "ok theek hai"]),
    (Language::Urdu, &["شکریہ", "جزاک اللہ", "ٹھیک ہے، انتظار کروں گی"]),
];

/// Returns the texts of a topic.
pub(super) fn talk(topic: Topic, language: Language) -> Talk {
    use Language::{English, Roman, Urdu};
    use Topic::{Address, Availability, Cancel, CashOnDelivery, Damaged, LateParcel, Refund, WrongSize};
    let (openings, follow_ups, replies): (
        &'static [&'static [&'static str]],
        &'static [&'static str],
        &'static [&'static str],
    ) = match (topic, language) {
        (LateParcel, English) => (
            &[
                &[
                    "WorkspaceInfo",
                    "My order {o} was due yesterday. {c} tracking {t} shows no movement.",
                ],
                &["Where is my parcel? Order {o}, it has been 6 days."],
                &[
                    "Hi, {c} says delivery attempted but nobody called me",
                    "Order {o}",
                    "Please check",
                ],
            ],
            &[
                "Any update on {o}?",
                "Still waiting. When will it arrive?",
                "The rider is not picking up the phone",
            ],
            &[
                "We are checking with {c}, you will get it by tomorrow.",
                "Sorry for the delay, {c} confirmed delivery for today evening.",
            ],
        ),
        (LateParcel, Roman) => (
            &[
                &[
                    "Assalam o alaikum",
                    "mera order {o} abhi tak nahi aya, {c} wale phone nahi uthate",
                ],
                &["bhai {o} kab aye ga? 5 din ho gaye"],
                &[
                    "{c} tracking {t} pe kuch update nahi",
                    "order {o} please check karein",
                    "urgent hai shadi ke liye chahiye",
                ],
            ],
            &[
                "koi update?",
                "kal bhi yehi kaha tha aap ne",
                "rider ne call hi nahi ki",
            ],
            &[
                "Ji {c} se baat ho gai hai, kal tak mil jaye ga.",
                "Mazrat, aaj shaam tak deliver ho jaye ga InshaAllah.",
            ],
        ),
        (LateParcel, Urdu) => (
            &[
                &["السلام علیکم", "میرا آرڈر {o} ابھی تک نہیں آیا"],
                &["آرڈر نمبر {o} کہاں ہے؟ {c} والے فون نہیں اٹھاتے"],
            ],
            &["کوئی اپڈیٹ؟", "کل بھی یہی کہا تھا"],
            &["جی، {c} سے بات ہو گئی ہے، کل تک مل جائے گا۔"],
        ),
        (WrongSize, English) => (
            &[
                &["I received size M but ordered L, order {o}", "How do I exchange?"],
                &["Wrong colour in {o}. I asked for navy, got black."],
            ],
            &[
                "Do I have to pay for return delivery?",
                "Can the rider bring the new one?",
            ],
            &["We will arrange an exchange pickup through {c}, no charge."],
        ),
        (WrongSize, Roman) => (
            &[
                &["order {o} ka size chota hai", "exchange ho sakta hai?"],
                &["salam, {o} mein large mangwaya tha medium aa gaya"],
            ],
            &["return ke charges kaun de ga?", "kitne din lagein ge exchange mein"],
            &["Ji exchange ho jaye ga, {c} ka rider pick kar le ga."],
        ),
        (WrongSize, Urdu) => (
            &[
                &["آرڈر {o} کا سائز چھوٹا ہے، تبدیل ہو سکتا ہے؟"],
                &["غلط رنگ آیا ہے", "آرڈر {o}"],
            ],
            &["واپسی کے پیسے کون دے گا؟"],
            &["جی تبدیل ہو جائے گا، رائیڈر لے جائے گا۔"],
        ),
        (Damaged, English) => (
            &[
                &[
                    "DeliveryEvents {o} arrived torn and one piece is missing",
                    "This is the second time. Very disappointed.",
                ],
                &["The bottle in order {o} is broken, everything is wet"],
            ],
            &[
                "I want a refund, not a replacement",
                "I will post this on Facebook if nobody answers",
            ],
            &["We are very sorry. Please send a photo of the parcel and the label."],
        ),
        (Damaged, Roman) => (
            &[
                &["order {o} toota hua aya hai", "ye kya service hai?"],
                &["parcel khula hua tha, {o}, aik suit kam hai"],
            ],
            &["mujhe paise wapas chahiye", "manager se baat karwayein"],
            &["Bohat mazrat, parcel aur label ki tasveer bhej dein."],
        ),
        (Damaged, Urdu) => (
            &[&["آرڈر {o} ٹوٹا ہوا آیا ہے", "بہت خراب سروس ہے"]],
            &["مجھے پیسے واپس چاہئیں"],
            &["بہت معذرت، براہ کرم تصویر بھیج دیں۔"],
        ),
        (CashOnDelivery, English) => (
            &[&[]],
            &["Please send it after 5 pm", "Can I pay half online?"],
            &["Confirmed. {c} will deliver in 2 to 3 days."],
        ),
        (CashOnDelivery, Roman) => (
            &[&[]],
            &["5 baje ke baad bhejna", "COD hi hai na?"],
            &["Order confirm ho gaya, {c} se 2-3 din mein mil jaye ga."],
        ),
        (CashOnDelivery, Urdu) => (&[&[]], &["شام پانچ بجے کے بعد بھیجیں"], &["آرڈر کنفرم ہو گیا، شکریہ۔"]),
        (Refund, English) => (
            &[
                &["I returned order {o} ten days ago, no refund yet"],
                &["Hi, refund status of {o}?", "I paid by JazzCash"],
            ],
            &["Bank says nothing came", "Please give me a date"],
            &["Refund is approved, it takes 3 working days."],
        ),
        (Refund, Roman) => (
            &[
                &["{o} wapas kiya tha, paise abhi tak nahi aye"],
                &["refund kab ho ga order {o} ka?", "easypaisa pe bhejna tha"],
            ],
            &["account mein kuch nahi aya", "date bata dein"],
            &["Refund approve ho gaya hai, 3 din mein aa jaye ga."],
        ),
        (Refund, Urdu) => (
            &[&["آرڈر {o} واپس کیا تھا، پیسے کب ملیں گے؟"]],
            &["ابھی تک کچھ نہیں آیا"],
            &["جی منظور ہو گیا ہے، تین دن میں آ جائے گا۔"],
        ),
        (Availability, English) => (
            &[
                &["Is the 3 piece lawn suit available in stitched?", "Price?"],
                &["Do you deliver to Gilgit? COD?"],
            ],
            &["What about size XL?", "ok and delivery charges?"],
            &["Yes available, PKR 3,490 with free delivery."],
        ),
        (Availability, Roman) => (
            &[
                &["ye suit stitched mein hai?", "rate kya hai"],
                &["Quetta mein COD hai?"],
            ],
            &["XL mil jaye ga?", "delivery charges kitne hain"],
            &["Ji available hai, 3490 mein free delivery."],
        ),
        (Availability, Urdu) => (
            &[&["یہ سوٹ دستیاب ہے؟ قیمت کیا ہے؟"]],
            &["ڈیلیوری کے کتنے پیسے ہیں؟"],
            &["جی دستیاب ہے، قیمت 3490 روپے۔"],
        ),
        (Address, English) => (
            &[&[
                "Please change the address of order {o}",
                "New one is near University Road",
            ]],
            &["Has it been changed?", "Send the rider to the shop please"],
            &["Address updated with {c}."],
        ),
        (Address, Roman) => (
            &[&["order {o} ka address change karna hai", "location bhej raha hoon"]],
            &["change ho gaya?", "rider ko number de dein mera"],
            &["Address change kar diya hai."],
        ),
        (Address, Urdu) => (
            &[&["آرڈر {o} کا پتہ تبدیل کر دیں"]],
            &["تبدیل ہو گیا؟"],
            &["جی پتہ تبدیل کر دیا ہے۔"],
        ),
        (Cancel, English) => (
            &[
                &["Cancel my order {o} please"],
                &["I ordered twice by mistake, cancel {o}"],
            ],
            &["Is it cancelled? I got a call from {c}", "Please confirm"],
            &["Cancelled, nothing to pay."],
        ),
        (Cancel, Roman) => (
            &[
                &["order {o} cancel kar dein"],
                &["ghalti se do dafa order ho gaya", "{o} cancel karein"],
            ],
            &["cancel hua ya nahi?", "{c} wale call kar rahe hain"],
            &["Cancel kar diya hai, rider aye to wapas kar dein."],
        ),
        (Cancel, Urdu) => (&[&["آرڈر {o} منسوخ کر دیں"]], &["منسوخ ہوا؟"], &["جی منسوخ کر دیا ہے۔"]),
    };
    Talk {
        openings,
        follow_ups,
        replies,
    }
}

/// Returns an agent's notes on a topic, the tried steps, and the outcome.
pub(super) fn work(topic: Topic) -> (&'static str, &'static str, &'static str) {
    match topic {
        Topic::LateParcel => (
            "{c} has had {o} at the hub since yesterday; rider to call before noon",
            "called the {c} hub twice",
            "delivered",
        ),
        Topic::WrongSize => (
            "exchange {o} for size L, pickup by {c}",
            "offered store credit, customer wants the size",
            "exchange booked",
        ),
        Topic::Damaged => (
            "{o} arrived damaged; photos asked for, claim with {c}",
            "offered replacement, customer wants money back",
            "refund approved",
        ),
        Topic::CashOnDelivery => ("cash on delivery for {o} confirmed", "", "confirmed"),
        Topic::Refund => (
            "refund of {o} is with accounts, by JazzCash",
            "asked accounts for the transfer slip",
            "refunded",
        ),
        Topic::Availability => (
            "wants the 3 piece lawn stitched; told price and delivery",
            "",
            "answered",
        ),
        Topic::Address => (
            "new address for {o} given to {c}",
            "called {c}, booking not closed yet",
            "address changed",
        ),
        Topic::Cancel => (
            "cancel {o} before {c} picks it up",
            "asked the warehouse to hold it",
            "cancelled",
        ),
    }
}
