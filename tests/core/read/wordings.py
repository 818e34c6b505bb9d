"""What customers write, by the rule that must fire, and near misses for which it must not."""

FIRES: dict[str, str] = {
    "opt_out": """
        stop texting me
        please don't send me any more messages
        take me off your list
        Unsubscribe me from all this
        no more texts please
        I don't want texts from you anymore
        remove my number
        stop messaging me
        Bitte keine SMS mehr
        Schreiben Sie mir nicht mehr
        no quiero recibir más mensajes
        arrêtez de m'envoyer des messages
    """,
    "repeated_question": """
        I already asked this twice
        as I said, the code does not arrive
        you didn't answer my question
        this is the third time I write about it
        Das habe ich doch schon gefragt
        ya les pregunté lo mismo
        comme je l'ai déjà dit
    """,
}

STAYS_CALM: dict[str, str] = {
    "opt_out": """
        how do I unsubscribe from your newsletter?
        I don't get any messages when the bell rings
        stop my subscription
        please stop my order
        stop sending me alerts for every car
        the text message with the code never arrives
        I did not receive the e-mail
        Wie kann ich den Newsletter abbestellen?
    """,
    "repeated_question": """
        I have two questions about the hub
        the same sensor is in the kitchen
        how do I ask for a refund?
    """,
}


def sentences(table: dict[str, str]) -> list[tuple[str, str]]:
    """(trigger, sentence) for each line of a table."""
    return [(name, line.strip()) for name, text in table.items() for line in text.strip().splitlines()]
