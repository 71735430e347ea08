"""Where customers live, what people and firms are called there, and numbers that ring nowhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True)
class Country:
    """What makes a country of the story. Patterns take a word of `words` and a place or a name."""

    language: str
    currency: str
    zone: str
    cities: tuple[tuple[str, str], ...]
    streets: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    surnames: tuple[str, ...]
    firms: dict[str, tuple[str, ...]]
    words: tuple[str, ...]


def split(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(","))


def cities(text: str) -> tuple[tuple[str, str], ...]:
    """*Lisboa 1100-0##* as name and postcode; each # becomes a digit."""
    pairs = (one.rpartition("/") for one in split(text))
    return tuple((name, code) for name, _mark, code in pairs)


PORTUGUESE_WOMEN = split(
    "Marta, Inês, Joana, Rita, Catarina, Sofia, Beatriz, Teresa, Helena, Filipa, Mariana, Carla, Susana, Leonor, Paula, "
    "Margarida, Vera, Sílvia, Patrícia, Raquel, Cláudia, Isabel, Luísa, Fernanda"
)
PORTUGUESE_MEN = split(
    "João, Pedro, Tiago, Rui, Miguel, Nuno, Ricardo, Paulo, Hugo, Duarte, André, Luís, Bruno, Gonçalo, Tomás, Vasco, "
    "Jorge, Diogo, Henrique, Sérgio, Manuel, Filipe, Afonso"
)
PORTUGUESE_NAMES = split(
    "Oliveira, Santos, Ferreira, Pereira, Costa, Rodrigues, Martins, Sousa, Fernandes, Gonçalves, Gomes, Lopes, Marques, "
    "Almeida, Ribeiro, Carvalho, Teixeira, Moreira, Correia, Mendes, Nunes, Vieira, Monteiro, Cardoso, Rocha, Neves, "
    "Coelho, Cruz, Cunha, Pires, Ramos, Simões, Antunes, Matos, Fonseca, Machado, Tavares, Figueira, Leitão, Prates"
)
GERMAN_WOMEN = split(
    "Anna, Katrin, Sabine, Julia, Petra, Claudia, Miriam, Heike, Susanne, Lea, Franziska, Ulrike, Birgit, Marlene, Nadine, "
    "Christina, Verena, Silke, Carolin, Renate, Ayşe, Dorothea, Johanna, Tanja"
)
GERMAN_MEN = split(
    "Thomas, Michael, Jens, Andreas, Markus, Florian, Matthias, Ralf, Jan, Tobias, Holger, Sebastian, Uwe, Dirk, Felix, "
    "Philipp, Rainer, Murat, Benedikt, Christoph, Georg, Lukas, Volker"
)
GERMAN_NAMES = split(
    "Müller, Schmidt, Schneider, Fischer, Weber, Wagner, Becker, Hoffmann, Schäfer, Koch, Bauer, Richter, Klein, Wolf, "
    "Schröder, Neumann, Braun, Zimmermann, Krüger, Hartmann, Lange, Krause, Lehmann, Köhler, Maier, Walter, König, Yılmaz, "
    "Peters, Jung, Winkler, Lorenz, Baumann, Franke, Albrecht, Brandner, Ehlers, Falk, Lindner, Sommer"
)
GERMAN_WORDS = split(
    "Lindenhof, Mühlgraben, Rosenau, Sonnenhang, Kranichfeld, Birkenallee, Steintor, Seeblick, Alte Post, Goldbach, "
    "Tannenhöhe, Weidenplatz, Marktbrunnen, Silberberg, Fuchsbau, Eulenhorst, Apfelgarten, Turmstraße, Hafenkontor, "
    "Schwanenteich, Kastanienhof, Rabenstein, Wiesengrund, Nordwall"
)
GERMAN_FIRMS = {
    "clinic": split(
        "Praxisklinik {word}, Zahnarztpraxis {name} & Kollegen, Therapiezentrum {word}, Gemeinschaftspraxis {name}, "
        "Klinik {word}, Augenzentrum {name}"
    ),
    "hotel": split("Hotel {word}, Gasthof {word}, Landhotel {name}, Pension {word}, Tagungshotel {word}"),
    "office": split(
        "Steuerkanzlei {name}, Ingenieurbüro {name}, {name} & {other} Rechtsanwälte, {name} Logistik GmbH, "
        "Architekturbüro {name} {other}, Druckerei {word}, {name} Maschinenbau GmbH, Softwarehaus {word}"
    ),
}
GERMAN_STREETS = split(
    "Lindenstraße, Gartenweg, Bahnhofstraße, Am Markt, Schillerstraße, Mühlenweg, Kirchgasse, Bergstraße, Uferweg, "
    "Goethestraße, Feldstraße, Rosenweg"
)
ENGLISH_WOMEN = split(
    "Emma, Sarah, Charlotte, Hannah, Olivia, Rachel, Priya, Fiona, Alice, Grace, Amelia, Louise, Megan, Zoe, Naomi, Joanne, "
    "Harriet, Bethan, Aisha, Eleanor, Catriona, Niamh, Gillian, Ruth"
)
ENGLISH_MEN = split(
    "James, Oliver, Daniel, Tom, George, William, Adam, Samuel, Ben, Ryan, Callum, Simon, Martin, Imran, Alan, Rhys, Hugh, "
    "Edward, Stuart, Connor, Neil, Patrick, Graham"
)
ENGLISH_NAMES = split(
    "Hughes, Carter, Wright, Turner, Walker, Bennett, Cooper, Ward, Morgan, Ellis, Foster, Murray, Palmer, Reid, Shaw, "
    "Holmes, Barnes, Patel, Khan, Dixon, Fletcher, Gibson, Harvey, Lawson, Marsh, Newton, Osborne, Pearce, Quinn, Rowe, "
    "Sutton, Thorpe, Vaughan, Whitfield, Yates, Ashdown, Birch, Colman, Draper, Finch"
)
ENGLISH_WORDS = split(
    "Harrow Lane, Copper Heron, Millbrook, Ashgrove, Fernley, Kingfisher, Larkfield, Old Foundry, Stonebridge, Willowmere, "
    "Foxglove, Chapel Row, Saltmarsh, Hazelwood, Drover, Lantern Street, Beacon Hill, Quarry Bank, Orchard Gate, Tidewater, "
    "Elmcroft, Silver Birch, Moorland, Nightingale"
)
ENGLISH_FIRMS = {
    "clinic": split("{word} Dental, {word} Physiotherapy, {word} Surgery, The {word} Clinic, {name} Eye Care"),
    "hotel": split("The {word} Hotel, {word} House Hotel, The {word} Inn, {word} Lodge"),
    "office": split(
        "{name} & {other} Solicitors, {name} Accountants, {word} Software Ltd, {name} {other} Architects, {word} Freight Ltd, "
        "{name} Surveyors, {word} Studios"
    ),
}
ENGLISH_STREETS = split(
    "High Street, Station Road, Mill Lane, Church Road, Victoria Street, Bridge Street, Park Row, Castle Street, "
    "Queen's Road, North Parade, Quay Street"
)
COUNTRIES = {
    "PT": Country(
        "pt",
        "EUR",
        "Europe/Lisbon",
        cities(
            "Lisboa/1100-0##, Porto/4050-1##, Coimbra/3000-2##, Braga/4700-3##, Faro/8000-1##, Setúbal/2900-4##, "
            "Évora/7000-5##, Aveiro/3800-1##, Cascais/2750-3##"
        ),
        split(
            "Rua da Prata, Rua do Carmo, Avenida da Liberdade, Rua das Flores, Largo do Chafariz, Rua Nova, Travessa do Poço, "
            "Rua da Alegria, Avenida dos Descobrimentos"
        ),
        PORTUGUESE_WOMEN,
        PORTUGUESE_MEN,
        PORTUGUESE_NAMES,
        {
            "clinic": split(
                "Clínica {word}, Clínica Dentária {word}, Centro Médico {word}, Fisioterapia {word}, Hospital {word}"
            ),
            "hotel": split("Hotel {word}, Quinta {word}, Hospedaria {word}, Pousada {word}"),
            "office": split(
                "{name} & {other} Advogados, Contabilidade {name}, {name} Arquitetos, Grupo {word}, {name} Transportes Lda, "
                "Gráfica {word}"
            ),
        },
        split(
            "da Ribeira, do Alecrim, das Amendoeiras, da Encosta, do Miradouro, da Lua Nova, dos Loureiros, da Azinheira, "
            "do Moinho, da Fonte Santa, das Cegonhas, do Sobreiro, da Falésia, dos Navegantes, da Oliveira, do Cais, "
            "da Boavista, das Camélias, da Pedra Alta, do Farol, dos Plátanos, da Serra, do Jardim, das Andorinhas"
        ),
    ),
    "ES": Country(
        "es",
        "EUR",
        "Europe/Madrid",
        cities(
            "Madrid/280##, Barcelona/080##, Valencia/460##, Sevilla/410##, Bilbao/480##, Málaga/290##, Zaragoza/500##, "
            "Vigo/362##, Salamanca/370##"
        ),
        split(
            "Calle Mayor, Calle del Olmo, Avenida de la Estación, Calle de la Fuente, Plaza Nueva, Calle San Telmo, "
            "Paseo de la Alameda, Calle del Pozo, Ronda Norte"
        ),
        split(
            "Lucía, Carmen, Elena, Laura, Pilar, Cristina, Marta, Rocío, Nuria, Beatriz, Silvia, Ainhoa, Teresa, Alicia, "
            "Mercedes, Irene, Raquel, Montse, Inmaculada, Noelia, Begoña, Sara"
        ),
        split(
            "Javier, Antonio, Carlos, Sergio, Alejandro, Manuel, Diego, Rubén, Iñaki, Álvaro, Fernando, Jordi, Pablo, Raúl, "
            "Ignacio, Joaquín, Andrés, Víctor, Óscar, Emilio, Xabier"
        ),
        split(
            "García, Fernández, López, Martínez, Sánchez, Pérez, Gómez, Ruiz, Díaz, Moreno, Álvarez, Romero, Navarro, Torres, "
            "Ramos, Gil, Serrano, Molina, Castro, Ortega, Rubio, Marín, Iglesias, Vidal, Peña, Soler, Fuentes, Carrasco, "
            "Cabrera, Campos, Vega, Prieto, Calvo, Lozano, Cano, Herrero, Salas, Montero"
        ),
        {
            "clinic": split(
                "Clínica {word}, Clínica Dental {word}, Centro Médico {word}, Fisioterapia {name}, Hospital {word}"
            ),
            "hotel": split("Hotel {word}, Hostal {word}, Posada {word}, Parador {word}"),
            "office": split(
                "{name} y {other} Abogados, Asesoría {name}, Estudio {name} {other}, Grupo {word}, Transportes {name}, "
                "Ingeniería {word}"
            ),
        },
        split(
            "del Olivar, de la Ribera, del Almendro, de la Alameda, del Faro, de las Encinas, del Mirador, de la Concha, "
            "del Molino, de los Tilos, de la Fuente, del Jardín, de las Cigüeñas, del Puerto, de la Sierra, del Laurel, "
            "de la Torre, del Romero, de los Naranjos, de la Vega, del Castaño, de la Marina"
        ),
    ),
    "DE": Country(
        "de",
        "EUR",
        "Europe/Berlin",
        cities(
            "Berlin/101##, Hamburg/203##, Köln/506##, München/803##, Frankfurt am Main/603##, Leipzig/041##, Münster/481##, "
            "Freiburg/791##, Nürnberg/904##, Bremen/281##, Kassel/341##"
        ),
        GERMAN_STREETS,
        GERMAN_WOMEN,
        GERMAN_MEN,
        GERMAN_NAMES,
        GERMAN_FIRMS,
        GERMAN_WORDS,
    ),
    "AT": Country(
        "de",
        "EUR",
        "Europe/Vienna",
        cities("Wien/10#0, Graz/80#0, Linz/40#0, Salzburg/50#0, Innsbruck/60#0"),
        GERMAN_STREETS,
        GERMAN_WOMEN,
        GERMAN_MEN,
        (*GERMAN_NAMES[10:], "Gruber", "Huber", "Pichler", "Steiner", "Moser", "Leitner"),
        GERMAN_FIRMS,
        split(
            "Gamsblick, Almrausch, Edelweißhof, Kaiserwald, Donauterrasse, Weinberg, Hochkar, Salzachufer, Enzian, Murhof"
        ),
    ),
    "CH": Country(
        "de",
        "CHF",
        "Europe/Zurich",
        cities("Zürich/80##, Bern/30##, Basel/40##, Luzern/60##, St. Gallen/90##"),
        GERMAN_STREETS,
        GERMAN_WOMEN,
        GERMAN_MEN,
        (*GERMAN_NAMES[16:], "Meier", "Zbinden", "Frei", "Ammann", "Bühler", "Hofstetter"),
        GERMAN_FIRMS,
        split(
            "Seefeld, Arvenhof, Bärenplatz, Rheinsprung, Pilatusblick, Sonnmatt, Zytglogge, Lindenegg, Säntisblick, Rigihof"
        ),
    ),
    "GB": Country(
        "en",
        "GBP",
        "Europe/London",
        cities(
            "London/SE# 4XX, Manchester/M# 9XX, Bristol/BS# 8XX, Leeds/LS# 7XX, Edinburgh/EH# 9XX, Cardiff/CF# 5XX, York/YO# 4XX, "
            "Norwich/NR# 6XX, Sheffield/S# 8XX"
        ),
        ENGLISH_STREETS,
        ENGLISH_WOMEN,
        ENGLISH_MEN,
        ENGLISH_NAMES,
        ENGLISH_FIRMS,
        ENGLISH_WORDS,
    ),
    "IE": Country(
        "en",
        "EUR",
        "Europe/Dublin",
        cities("Dublin/D0#, Cork/T1#, Galway/H9#"),
        ENGLISH_STREETS,
        ENGLISH_WOMEN,
        ENGLISH_MEN,
        (*ENGLISH_NAMES[:20], "Kelly", "Byrne", "O'Connor", "Doyle", "Nolan", "Brennan"),
        ENGLISH_FIRMS,
        split("Shannon, Liffey, Claddagh, Heather, Burren, Swilly, Harbour, Corrib"),
    ),
}
ROLES = {
    "pt": split(
        "Diretora de operações, Responsável de compras, Receção, Diretor geral, Financeira, Manutenção, Assistente de direção"
    ),
    "es": split(
        "Directora de operaciones, Responsable de compras, Recepción, Gerente, Administración, Mantenimiento, Secretaría"
    ),
    "de": split(
        "Betriebsleitung, Einkauf, Empfang, Geschäftsführung, Buchhaltung, Haustechnik, Assistenz, Büroleitung"
    ),
    "en": split(
        "Head of operations, Purchasing, Reception, Managing director, Accounts, Facilities, Office manager, Practice manager"
    ),
}
MAILBOXES = {
    "PT": "correio",
    "ES": "buzon",
    "DE": "briefkasten",
    "AT": "postkastl",
    "CH": "briefpost",
    "GB": "letterbox",
    "IE": "anpost",
}
# Numbers set aside for fiction where a country has any (Great Britain, Germany, Ireland); elsewhere the 555 of films.
MOBILES = {
    "GB": ("+44 7700 900{:03}",),
    "DE": ("+49 171 39200{:02}", "+49 176 040690{:02}"),
    "AT": ("+43 664 555 0{:03}", "+43 664 555 1{:03}"),
    "CH": ("+41 78 555 0{:03}", "+41 78 555 1{:03}"),
    "IE": ("+353 20 911 0{:03}",),
    "PT": tuple(f"+351 91{digit} 555 {{:03}}" for digit in range(10)),
    "ES": tuple(f"+34 6{digits} 555 {{:03}}" for digits in range(10, 20)),
}
LINES = {
    "GB": tuple(
        f"+44 {code} 0{{:03}}" for code in ("20 7946", "161 496", "121 496", "113 496", "117 496", "131 496", "141 496")
    ),
    "DE": tuple(f"+49 {code}{{:03}}" for code in ("30 23125 ", "69 90009 ", "40 66969 ", "221 4710 ", "89 99998 ")),
    "AT": tuple(f"+43 1 555 {digit}{{:03}}" for digit in range(10)),
    "CH": tuple(f"+41 44 555 {digit}{{:03}}" for digit in range(10)),
    "IE": tuple(f"+353 20 91{digit} 1{{:03}}" for digit in range(2, 8)),
    "PT": tuple(f"+351 21{digit} 555 {{:03}}" for digit in range(1, 9)),
    "ES": tuple(f"+34 91{digit} 555 {{:03}}" for digit in range(1, 9)),
}


HUNDRED = 100


def numbers(patterns: tuple[str, ...], *, first: int = 0) -> Iterator[str]:
    """Each number of these ranges once, the ranges in turn."""
    for last, pattern in product(range(first, 1000), patterns):
        if "{:02}" not in pattern or last < HUNDRED:
            yield pattern.format(last)
