"""Where the large providers have their servers, by the domain of an address."""

from dataclasses import dataclass

from rapport.channels.models import Proof, Security


@dataclass(frozen=True)
class Preset:
    """Servers of a provider, and how one signs in there."""

    imap_host: str
    smtp_host: str
    smtp_port: int = 465
    smtp_security: str = Security.TLS
    proof: str = Proof.PASSWORD
    imap_port: int = 993


GOOGLE = Preset("imap.gmail.com", "smtp.gmail.com", proof=Proof.GOOGLE)
MICROSOFT = Preset("outlook.office365.com", "smtp.office365.com", 587, Security.STARTTLS, Proof.MICROSOFT)
YAHOO = Preset("imap.mail.yahoo.com", "smtp.mail.yahoo.com")
ICLOUD = Preset("imap.mail.me.com", "smtp.mail.me.com", 587, Security.STARTTLS)
GMX = Preset("imap.gmx.net", "mail.gmx.net")
WEB_DE = Preset("imap.web.de", "smtp.web.de", 587, Security.STARTTLS)
PRESETS: dict[str, Preset] = {
    **dict.fromkeys(("gmail.com", "googlemail.com"), GOOGLE),
    **dict.fromkeys(("outlook.com", "hotmail.com", "live.com", "msn.com", "outlook.de"), MICROSOFT),
    **dict.fromkeys(("yahoo.com", "yahoo.de", "ymail.com"), YAHOO),
    **dict.fromkeys(("icloud.com", "me.com", "mac.com"), ICLOUD),
    **dict.fromkeys(("gmx.de", "gmx.net", "gmx.at", "gmx.ch"), GMX),
    "web.de": WEB_DE,
    "t-online.de": Preset("secureimap.t-online.de", "securesmtp.t-online.de"),
    "freenet.de": Preset("mx.freenet.de", "mx.freenet.de", 587, Security.STARTTLS),
    "posteo.de": Preset("posteo.de", "posteo.de"),
    "mailbox.org": Preset("imap.mailbox.org", "smtp.mailbox.org"),
    "fastmail.com": Preset("imap.fastmail.com", "smtp.fastmail.com"),
    "zoho.com": Preset("imap.zoho.com", "smtp.zoho.com"),
    "aol.com": Preset("imap.aol.com", "smtp.aol.com"),
    "ionos.de": Preset("imap.ionos.de", "smtp.ionos.de"),
    "strato.de": Preset("imap.strato.de", "smtp.strato.de"),
}


def preset_of(address: str) -> Preset | None:
    return PRESETS.get(address.rpartition("@")[2].strip().lower())
