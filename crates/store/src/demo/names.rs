//! What contacts are called: some 21,000 combinations of a first and a last name.

use super::dice::Dice;
use rapport_filter::text::normalise;
use std::sync::OnceLock;

/// Whose names somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum People {
    Spanish,
    English,
    Chinese,
    Portuguese,
    French,
    German,
    Vietnamese,
    Arabic,
    Japanese,
    Korean,
    Italian,
    Indian,
    Russian,
}

/// A name as it is shown, and in plain letters for an e-mail address.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) shown: &'static str,
    pub(super) plain: String,
}

/// A first and a last name.
pub(super) struct FullName {
    pub(super) first: &'static Name,
    pub(super) last: &'static Name,
}

/// The names of a people.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) first: Vec<Name>,
    pub(super) last: Vec<Name>,
}

impl People {
    /// Everybody, in the order of [`LISTS`].
    pub(super) const ALL: [Self; LISTS.len()] = [
        Self::Spanish,
        Self::English,
        Self::Chinese,
        Self::Portuguese,
        Self::French,
        Self::German,
        Self::Vietnamese,
        Self::Arabic,
        Self::Japanese,
        Self::Korean,
        Self::Italian,
        Self::Indian,
        Self::Russian,
    ];

    /// The people that the table of places writes so.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        let place = LISTS.iter().position(|(known, ..)| *known == code)?;
        Self::ALL.get(place).copied()
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "there is a list for each people: both arrays have one length"
    )]
    pub(super) fn names(self) -> &'static Names {
        static NAMES: OnceLock<[Names; LISTS.len()]> = OnceLock::new();
        let names = NAMES.get_or_init(|| {
            LISTS.map(|(_, first, last)| Names {
                first: split(first),
                last: split(last),
            })
        });
        &names[self as usize]
    }
}

/// Names stand between bars; what they are in plain letters stands behind `=` where it cannot be told from the name.
fn split(names: &'static str) -> Vec<Name> {
    names
        .split('|')
        .map(|name| {
            let (shown, plain) = name.split_once('=').unwrap_or((name, name));
            Name {
                shown,
                plain: plain_letters(plain),
            }
        })
        .collect()
}

/// The ASCII letters and digits of a text without its accents.
pub(super) fn plain_letters(text: &str) -> String {
    let mut plain = normalise(text);
    plain.retain(|c| c.is_ascii_alphanumeric());
    plain
}

/// A name, the first of the lists more often.
#[expect(
    clippy::indexing_slicing,
    reason = "no list is empty, which a test rules out"
)]
pub(super) fn any(dice: &mut Dice, people: People) -> FullName {
    let names = people.names();
    FullName {
        first: dice.early(&names.first).unwrap_or(&names.first[0]),
        last: dice.early(&names.last).unwrap_or(&names.last[0]),
    }
}

/// How the table of places writes a people, its first names, its last names.
const LISTS: [(&str, &str, &str); 13] = [
    (
        "es",
        "María|José|Juan|Ana|Luis|Carmen|Carlos|Sofía|Jorge|Lucía|Miguel|Valentina|Jesús|Camila|Pedro|Daniela|\
         Alejandro|Isabel|Francisco|Elena|Javier|Paula|Diego|Gabriela|Andrés|Martina|Fernando|Mariana|Ángel|\
         Laura|Ricardo|Andrea|Manuel|Claudia|Sergio|Natalia|Rafael|Verónica|Raúl|Patricia|Pablo|Mónica|Eduardo|\
         Beatriz|Óscar|Rocío|Víctor|Guadalupe|Martín|Ximena|Iván|Renata|Rubén|Inés|Héctor|Noelia|Adrián|Belén|\
         Álvaro|Begoña|Julián|Yolanda|Joaquín|Pilar|Sebastián|Rosario|Nicolás|Marisol|Tomás|Consuelo|Emilio|\
         Araceli|Íñigo|Luz Marina|José Luis|María José|Juan Carlos|Ana María|Miguel Ángel|María Fernanda",
        "García|Hernández|Martínez|López|González|Rodríguez|Pérez|Sánchez|Ramírez|Flores|Gómez|Torres|Díaz|\
         Vázquez|Cruz|Morales|Gutiérrez|Reyes|Ruiz|Jiménez|Mendoza|Álvarez|Castillo|Romero|Moreno|Ortiz|Rivera|\
         Chávez|Ramos|Juárez|Muñoz|Castro|Medina|Herrera|Aguilar|Vargas|Guzmán|Méndez|Salazar|Núñez|Soto|Rojas|\
         Contreras|Delgado|Vega|Peña|Ríos|Navarro|Silva|Molina|Suárez|Ibáñez|Cortés|Guerrero|Domínguez|Acosta|\
         Paredes|Quispe|Mamani|Huamán|Espinoza|Cárdenas|Valdés|Figueroa|Sepúlveda|Araya|Fuentes|Carrasco|\
         Benítez|Giménez|Fernández|Sosa|Ledesma|Ocampo|Restrepo|Zuluaga|Arango|Cano|Escobar|Bermúdez|Pardo|\
         Iglesias|Prieto|Garrido|Serrano|Blanco|Marín|Ferrer|Vidal|Puig|Echeverría|Etxeberria|Urrutia|Zubiri|\
         Ordóñez|Yáñez|Zúñiga|Ávila|Ñíguez|de la Cruz|de la Torre|del Río|Villaseñor|Peralta|Rosales|\
         Santillán|Trejo|Becerra|Quiñones|Montaño",
    ),
    (
        "en",
        "James|Mary|John|Emma|Robert|Olivia|Michael|Sophia|William|Emily|David|Grace|Thomas|Charlotte|Daniel|\
         Amelia|Matthew|Hannah|Andrew|Jessica|Joseph|Sarah|Christopher|Rachel|Benjamin|Abigail|Samuel|Lauren|\
         Henry|Megan|Jack|Chloë|George|Zoë|Oliver|Renée|Harry|Lucy|Ethan|Alice|Noah|Ella|Liam|Ruby|Jacob|\
         Victoria|Alexander|Rebecca|Ryan|Natalie|Nathan|Caitlin|Owen|Siobhán|Seán|Aoife|Dylan|Molly|Connor|\
         Isla|Kevin|Laura|Brian|Heather|Patrick|Joan|Mary Ann|Aaron|Gwen|Tyler",
        "Smith|Johnson|Williams|Brown|Jones|Miller|Davis|Wilson|Anderson|Taylor|Thomas|Moore|Jackson|Martin|\
         Lee|Thompson|White|Harris|Clark|Lewis|Robinson|Walker|Young|Allen|King|Wright|Scott|Hill|Green|Adams|\
         Baker|Nelson|Carter|Mitchell|Roberts|Turner|Phillips|Campbell|Parker|Evans|Edwards|Collins|Stewart|\
         Morris|Murphy|Cook|Rogers|Cooper|Reed|Bailey|Kelly|Howard|Ward|Cox|Richardson|Wood|Watson|Brooks|\
         Bennett|Gray|Hughes|Price|Foster|Sanders|Ross|Powell|O’Brien|O’Connor|McCarthy|Ó Súilleabháin|\
         Brontë|Wentworth-Hale",
    ),
    (
        "zh",
        "伟=wei|芳=fang|娜=na|敏=min|静=jing|磊=lei|洋=yang|艳=yan|勇=yong|军=jun|杰=jie|娟=juan|涛=tao|明=ming|\
         超=chao|霞=xia|平=ping|刚=gang|桂英=guiying|秀英=xiuying|建国=jianguo|志强=zhiqiang|晓明=xiaoming|\
         丽华=lihua|雨桐=yutong|子轩=zixuan|梓涵=zihan|欣怡=xinyi|浩然=haoran|思远=siyuan|佳怡=jiayi|俊杰=junjie|\
         天宇=tianyu|诗涵=shihan|一诺=yinuo|文博=wenbo|海燕=haiyan|玉兰=yulan|国庆=guoqing|春梅=chunmei|\
         嘉豪=jiahao|若曦=ruoxi|泽宇=zeyu|雪=xue|鹏=peng|婷=ting|斌=bin|慧=hui|宇航=yuhang|可欣=kexin",
        "王=wang|李=li|张=zhang|刘=liu|陈=chen|杨=yang|黄=huang|赵=zhao|吴=wu|周=zhou|徐=xu|孙=sun|马=ma|朱=zhu|\
         胡=hu|郭=guo|何=he|林=lin|高=gao|罗=luo|郑=zheng|梁=liang|谢=xie|宋=song|唐=tang|许=xu|邓=deng|韩=han|\
         冯=feng|曹=cao|彭=peng|曾=zeng|肖=xiao|田=tian|董=dong|潘=pan|袁=yuan|蔡=cai|蒋=jiang|余=yu|于=yu|\
         杜=du|叶=ye|程=cheng|魏=wei|苏=su|吕=lv|丁=ding|任=ren|卢=lu|姚=yao|沈=shen|钟=zhong|姜=jiang|崔=cui|\
         谭=tan|陆=lu|范=fan|欧阳=ouyang|司马=sima",
    ),
    (
        "pt",
        "João|Maria|José|Ana|António|Beatriz|Francisco|Inês|Luís|Júlia|Pedro|Letícia|Tiago|Conceição|Thiago|\
         Fernanda|Gonçalo|Mônica|Vinícius|Cláudia|Otávio|Luíza|Estêvão|Patrícia|Márcio|Lúcia|Simão|Antônia",
        "Silva|Santos|Oliveira|Souza|Pereira|Ferreira|Alves|Costa|Gonçalves|Araújo|Ribeiro|Carvalho|Magalhães|\
         Guimarães|Fernandes|Simões|Brandão|Conceição|Falcão|Leitão|Queirós|Antunes|Falcão Neto|da Silva|\
         dos Santos|Sá",
    ),
    (
        "fr",
        "Marie|Jean|François|Élodie|Pierre|Chloé|Noël|Zoé|André|Hélène|Michel|Léa|René|Aurélie|Louis|Manon|\
         Benoît|Inès|Jérôme|Amélie|Gaël|Océane|Étienne|Thérèse|Jean-Luc|Anne-Sophie|Loïc|Maëlle",
        "Martin|Bernard|Dubois|Thomas|Robert|Petit|Durand|Leroy|Moreau|Simon|Laurent|Lefèvre|Michel|Garnier|\
         Faure|Rousseau|Blanc|Guérin|Boyer|Chevalier|François|Legrand|Gauthier|Perrin|Bérard|Lemaître|\
         Le Goff|d’Aubigné",
    ),
    (
        "de",
        "Anna|Lukas|Sophie|Jürgen|Jörg|Lena|Max|Käthe|Paul|Hannah|Jonas|Günther|Felix|Mia|Björn|Ursula|\
         Matthias|Katharina|Stefan|Zoë|Götz|Sabine|Uwe|Heike|Karl-Heinz|Änne|Tobias|Franziska",
        "Müller|Schmidt|Schneider|Fischer|Weber|Meyer|Wagner|Becker|Schulz|Hoffmann|Schäfer|Koch|Bauer|\
         Richter|Klein|Wolf|Schröder|Neumann|Schwarz|Krüger|Weiß|Groß|Köhler|Jäger|Voß|von Rönn",
    ),
    (
        "vi",
        "Anh|Hương|Minh|Thảo|Dũng|Lan|Tuấn|Hồng|Hùng|Mai|Đức|Phượng|Quân|Trang|Khánh|Ngọc|Bảo|Thủy|Sơn|Yến",
        "Nguyễn|Trần|Lê|Phạm|Hoàng|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương",
    ),
    (
        "ar",
        "محمد=mohammed|أحمد=ahmed|فاطمة=fatima|علي=ali|عائشة=aisha|عمر=omar|مريم=maryam|يوسف=yousef|خديجة=khadija|\
         خالد=khaled|سارة=sara|حسن=hassan|نور=noor|إبراهيم=ibrahim|ليلى=layla|مصطفى=mustafa|هدى=huda|\
         عبد الرحمن=abdulrahman|زينب=zainab|طارق=tariq",
        "العلي=alali|حسين=hussein|المصري=almasri|الأحمد=alahmad|منصور=mansour|الخطيب=alkhatib|حداد=haddad|\
         النجار=alnajjar|السيد=alsayed|خليل=khalil|الشمري=alshammari|القحطاني=alqahtani|الحربي=alharbi|\
         صالح=saleh|الزهراني=alzahrani|بن علي=benali|العمري=alomari|ناصر=nasser|قاسم=qasim|عثمان=othman",
    ),
    (
        "ja",
        "翔太=shota|陽菜=hina|健=ken|美咲=misaki|大輔=daisuke|さくら=sakura|蓮=ren|葵=aoi|拓海=takumi|結衣=yui|\
         直樹=naoki|愛=ai|和也=kazuya|由美子=yumiko|誠=makoto|恵子=keiko|亮=ryo|ひかり=hikari|悠真=yuma|花子=hanako",
        "佐藤=sato|鈴木=suzuki|高橋=takahashi|田中=tanaka|伊藤=ito|渡辺=watanabe|山本=yamamoto|中村=nakamura|\
         小林=kobayashi|加藤=kato|吉田=yoshida|山田=yamada|佐々木=sasaki|松本=matsumoto|井上=inoue|木村=kimura|\
         林=hayashi|清水=shimizu|山崎=yamazaki|池田=ikeda",
    ),
    (
        "ko",
        "민준=minjun|서연=seoyeon|지훈=jihoon|지우=jiwoo|현우=hyunwoo|수빈=subin|준서=junseo|하은=haeun|도윤=doyun|\
         민지=minji|성민=sungmin|은지=eunji|영호=youngho|미영=miyoung|동현=donghyun|예진=yejin|재원=jaewon|\
         수진=sujin|태영=taeyoung|혜진=hyejin",
        "김=kim|이=lee|박=park|최=choi|정=jung|강=kang|조=cho|윤=yoon|장=jang|임=lim|한=han|오=oh|서=seo|신=shin|\
         권=kwon|황=hwang|안=ahn|송=song|류=ryu|홍=hong",
    ),
    (
        "it",
        "Giulia|Marco|Francesca|Luca|Chiara|Matteo|Sara|Lorenzo|Martina|Niccolò|Elisa|Andrea|Noemi|Davide|\
         Desirée|Giosuè|Alice|Stefano|Silvia|Paolo",
        "Rossi|Russo|Ferrari|Esposito|Bianchi|Romano|Colombo|Ricci|Marino|Greco|Bruno|Gallo|Conti|De Luca|\
         Costa|Giordano|Nicolò|Dell’Orto",
    ),
    (
        "hi",
        "Aarav|Priya|Rahul|Ananya|Vikram|Neha|Arjun|Pooja|Rohan|Kavya|Sanjay|Divya|Amit|Meera|Karthik|Lakshmi|\
         Imran|Sunita|Aditya|Fatima",
        "Sharma|Patel|Singh|Kumar|Gupta|Reddy|Nair|Iyer|Khan|Das|Mehta|Joshi|Chatterjee|Rao|Verma|Kaur|\
         Banerjee|Perera",
    ),
    (
        "ru",
        "Анна=anna|Дмитрий=dmitry|Екатерина=ekaterina|Сергей=sergey|Ольга=olga|Алексей=alexey|Наталья=natalia|\
         Иван=ivan|Татьяна=tatiana|Андрей=andrey|Юлия=yulia|Михаил=mikhail|Мария=maria|Артём=artem|Елена=elena|\
         Фёдор=fedor|Ирина=irina|Павел=pavel",
        "Шевченко=shevchenko|Бондаренко=bondarenko|Коваленко=kovalenko|Ткаченко=tkachenko|Марченко=marchenko|\
         Кравченко=kravchenko|Савченко=savchenko|Руденко=rudenko|Петренко=petrenko|Лысенко=lysenko|\
         Мельник=melnik|Ковальчук=kovalchuk|Черных=chernykh|Белых=belykh|Седых=sedykh|Герман=german|\
         Соловей=solovey|Мороз=moroz",
    ),
];
