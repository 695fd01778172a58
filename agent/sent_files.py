"""What the AI says of a file that a customer has sent: no model is given it, so code says so and a person is offered."""

from collections.abc import Sequence
from dataclasses import replace

from agent.answers import Answer
from agent.records import Message

NOT_SEEN = {
    "en": "Thank you for the file. I am an AI and cannot open files, so I have not seen what is in it. A person on our team can look at it; you can ask for one below.",
    "de": "Danke für die Datei. Ich bin eine KI und kann keine Dateien öffnen; ich habe also nicht gesehen, was darin ist. Ein Mensch aus unserem Team kann sie sich ansehen; Sie können unten danach fragen.",
    "fr": "Merci pour le fichier. Je suis une IA et je ne peux pas ouvrir de fichiers : je n’ai donc pas vu ce qu’il contient. Une personne de notre équipe peut le regarder ; vous pouvez la demander ci-dessous.",
    "es": "Gracias por el archivo. Soy una IA y no puedo abrir archivos, así que no he visto lo que contiene. Una persona de nuestro equipo puede mirarlo; puede pedirla abajo.",
    "it": "Grazie per il file. Sono un’IA e non posso aprire file, quindi non ho visto che cosa contiene. Una persona del nostro team può guardarlo; può chiederla qui sotto.",
    "nl": "Bedankt voor het bestand. Ik ben een AI en kan geen bestanden openen; ik heb dus niet gezien wat erin staat. Iemand van ons team kan ernaar kijken; u kunt hieronder om die persoon vragen.",
    "pt": "Obrigado pelo ficheiro. Sou uma IA e não consigo abrir ficheiros, por isso não vi o que contém. Uma pessoa da nossa equipa pode vê-lo; pode pedi-la abaixo.",
    "pl": "Dziękuję za plik. Jestem sztuczną inteligencją i nie mogę otwierać plików, więc nie wiem, co w nim jest. Może go obejrzeć osoba z naszego zespołu; można o nią poprosić poniżej.",
    "ar": "شكرًا على الملف. أنا ذكاء اصطناعي ولا أستطيع فتح الملفات، لذلك لم أرَ ما فيه. يمكن لشخص من فريقنا أن يطّلع عليه؛ يمكنك طلبه أدناه.",
}


def has_files(messages: Sequence[Message]) -> bool:
    """Whether a file came with any of them."""
    return any(message.attachments for message in messages)


def with_notice(answer: Answer, language: str | None) -> Answer:
    """The answer to a message with a file. First that nobody has read it; of what the AI does not know then nothing more is said."""
    notice = NOT_SEEN.get(language or "en", NOT_SEEN["en"])
    text = f"{notice}\n\n{answer.text}" if answer.known else notice
    return replace(answer, text=text, offer_person=True)


def for_model(message: Message) -> str:
    """What a language model is told of the files: how many of which kind. Not their names, which are others' words."""
    if not message.attachments:
        return ""
    images = sum(file["media_type"].startswith("image/") for file in message.attachments)
    documents = len(message.attachments) - images
    counted = [f"{count} {kind}" for count, kind in ((images, "image(s)"), (documents, "PDF(s)")) if count]
    return (
        f"[Sent with it: {' and '.join(counted)}. You cannot open files and have not seen them: say nothing of what may be in "
        "them. The customer is told that a person can look at them.]"
    )
