//! Whom contacts work for: some 20,000 made-up companies.

use super::dice::Dice;
use super::names::{People, plain_letters};
use std::sync::OnceLock;

/// A company.
pub(super) struct Company {
    /// What it is called.
    pub(super) shown: String,
    /// Its name in plain letters.
    name: &'static str,
    /// What it does in plain letters.
    trade: &'static str,
}

impl Company {
    /// Where its people have their mail. A reserved name: nothing that is sent there arrives.
    pub(super) fn domain(&self) -> String {
        let Self { name, trade, .. } = self;
        format!("{name}-{trade}.example")
    }
}

/// Text as it is shown, and in plain letters.
type Word = (&'static str, String);

struct Language {
    trades: Vec<Word>,
    names: Vec<Word>,
    forms: Vec<&'static str>,
    /// The name behind what the company does: Grupo Alameda.
    trade_first: bool,
    space: &'static str,
}

/// Spanish, English, Chinese, Portuguese.
fn languages() -> &'static [Language; 4] {
    static LANGUAGES: OnceLock<[Language; 4]> = OnceLock::new();
    LANGUAGES.get_or_init(|| {
        [
            language(SPANISH, true, " "),
            language(ENGLISH, false, " "),
            language(CHINESE, false, ""),
            language(PORTUGUESE, true, " "),
        ]
    })
}

fn language(
    (trades, names, forms): (&'static str, &'static str, &'static str),
    trade_first: bool,
    space: &'static str,
) -> Language {
    Language {
        trades: words(trades),
        names: words(names),
        forms: forms.split('|').collect(),
        trade_first,
        space,
    }
}

/// Words stand between bars; what they are in plain letters stands behind `=` where it cannot be told from the word.
fn words(list: &'static str) -> Vec<Word> {
    list.split('|')
        .map(|word| {
            let (shown, plain) = word.split_once('=').unwrap_or((word, word));
            (shown, plain_letters(plain))
        })
        .collect()
}

/// A company of the kind that these people work for.
pub(super) fn any(dice: &mut Dice, people: People) -> Company {
    let [spanish, english, chinese, portuguese] = languages();
    let language = match people {
        People::Spanish => spanish,
        People::Chinese => chinese,
        People::Portuguese => portuguese,
        _ => english,
    };
    let none = ("", "");
    let word = |word: Option<&'static Word>| word.map_or(none, |(shown, plain)| (*shown, plain));
    let (trade, plain_trade) = word(dice.pick(&language.trades));
    let (name, plain_name) = word(dice.early(&language.names));
    let form = dice.early(&language.forms).copied().unwrap_or_default();
    let space = language.space;
    let shown = if language.trade_first {
        format!("{trade}{space}{name}{form}")
    } else {
        format!("{name}{space}{trade}{form}")
    };
    Company {
        shown,
        name: plain_name,
        trade: plain_trade,
    }
}

/// How many companies there are.
#[cfg(test)]
pub(super) fn count() -> usize {
    languages()
        .iter()
        .map(|language| language.trades.len() * language.names.len() * language.forms.len())
        .sum()
}

/// Trades, names, legal forms.
const SPANISH: (&str, &str, &str) = (
    "Grupo|Comercial|Transportes|Industrias|Constructora|Servicios|Distribuidora|Consultoría|Clínica|Farmacia|\
     Editorial|Hotel|Restaurante|Café|Agencia|Estudio|Inmobiliaria|Textiles|Muebles|Alimentos|Viajes|Talleres|\
     Colegio|Librería|Panadería",
    "Sierra Azul|Alameda|El Roble|La Ceiba|Puerto Nuevo|Aurora|Tres Ríos|Monte Alto|Valle Verde|Del Norte|\
     Del Sur|San Jerónimo|La Paloma|Horizonte|Cóndor|Jacaranda|El Pinar|Costa Brava|Altiplano|Las Américas|\
     Nueva Era|Girasol|El Mirador|Quetzal|Andina|Pacífico|Mediterráneo|La Peña|Castaño|Olivar|Ñandú|Camino Real|\
     Mar de Plata|El Faro|Aguamarina|Bugambilia|Cumbres|La Colmena|Miraflores|Araucaria|Colibrí|Tierra Caliente|\
     Los Álamos|Ámbar|Obsidiana|Cantera|La Estación|Río Claro|Manantial|Nopal|Trébol|Ágata|Lagunas|Serranía|\
     Amanecer|La Viña|Almendro|Cordillera|El Molino|Piedra Negra|Buenavista|Palmar|Encino|Dos Mares|Arrecife|\
     La Rueda|Peñón|Estrella Polar|Mezquite|Bahía|Cielo Abierto|Ciprés|La Fuente|Volcán|Tucán|Laurel|Maravilla|\
     Santa Lucía|Ocaso|Meseta",
    "|, S.A. de C.V.| S.A.| S.L.",
);
const ENGLISH: (&str, &str, &str) = (
    "Logistics|Partners|Consulting|Foods|Analytics|Studios|Design|Health|Labs|Builders|Software|Media|Energy|\
     Travel|Textiles|Dental|Legal|Robotics|Marketing|Insurance|Freight|Furniture|Outdoors|Coffee|Books|Systems|\
     Gardens|Motors|Catering|Print|Optics|Tools|Farms|Fitness|Music|Toys|Roofing|Plumbing|Security|Interiors",
    "Bluewater|Oakridge|Silverlake|Redwood Hill|Foxglove|Harborview|Stonebridge|Larkspur|Maplewood|Brightfield|\
     Copperleaf|Greyhound Lane|Willow Creek|Eastgate|Thornbury|Kingfisher|Ashdown|Pinecrest|Riverbend|\
     Sandpiper|Juniper|Halfmoon|Hawthorn|Whitestone|Elm & Ivy|Saltmarsh|Meadowlark|Ironwood|Fairhaven|Birchall|\
     Starling|Coppice|Windmere|Longacre|Cedar Point|Moorland|Otter Brook|Heatherfield|Quarry Road|Driftwood|\
     Sunnyside|Tidewater|Bramble|Rookery|Crestline|Amberley|Falcon Street|Cobblestone|Wren & Daughters|\
     Northmoor|Lindenhurst|Mistral|Hollybank|Canal Yard|Summerfield|Blackthorn|Goldcrest|Barley Mow|Harrowgate|\
     Marigold|Peregrine|Rosemount|Seagrass|Teasel|Underhill|Vale & Sons|Westerly|Yarrow|Applegarth|Bellweather|\
     Clearspring|Dovecote|Evergreen Row|Fernhill|Gatehouse|Highfield|Inkwell|Lanternhouse|Millrace|Nightjar",
    "| Ltd|, Inc.",
);
const CHINESE: (&str, &str, &str) = (
    "科技=keji|贸易=maoyi|物流=wuliu|食品=shipin|电子=dianzi|医疗=yiliao|教育=jiaoyu|文化传媒=chuanmei|建筑=jianzhu|\
     服装=fuzhuang|旅游=lvyou|机械=jixie|化工=huagong|汽车服务=qiche|软件=ruanjian|农业=nongye|家具=jiaju|\
     咨询=zixun|餐饮=canyin|能源=nengyuan",
    "华兴=huaxing|瑞丰=ruifeng|天成=tiancheng|金桥=jinqiao|东方红日=dongri|鸿运=hongyun|博雅=boya|新源=xinyuan|\
     恒通=hengtong|明德=mingde|云帆=yunfan|长青=changqing|海棠=haitang|星河=xinghe|远航=yuanhang|嘉禾=jiahe|\
     启明=qiming|安泰=antai|百川=baichuan|春晖=chunhui|大同=datong|福满=fuman|广厦=guangsha|和顺=heshun|\
     锦绣=jinxiu|康乐=kangle|蓝海=lanhai|绿洲=lvzhou|南山=nanshan|鹏程=pengcheng|千里=qianli|日升=risheng|\
     三友=sanyou|泰和=taihe|万象=wanxiang|祥瑞=xiangrui|雅致=yazhi|卓越=zhuoyue|聚力=juli|凌云=lingyun",
    "有限公司|集团",
);
const PORTUGUESE: (&str, &str, &str) = (
    "Grupo|Comércio|Transportes|Indústrias|Construtora|Serviços|Distribuidora|Consultoria|Clínica|Farmácia|Editora|\
     Hotel|Padaria|Café|Agência|Estúdio|Imobiliária|Têxteis|Móveis|Viagens",
    "Serra Azul|Ipê Amarelo|Boa Vista|Maré Alta|Três Irmãos|Pão Quente|Vale Verde|Bem-te-vi|Litoral|Aurora|Sabiá|\
     Campo Belo|Nova Era|Rio Manso|Estrela|Girassol|Pedra Branca|Alvorada|Beira-Mar|Jequitibá|São Brás|Araçá|\
     Porto Seguro Velho|Coração|Ribeirão|Luar|Avelã|Montanha|Oliveiral|Mirante",
    "| Ltda.| S.A.",
);
