"""Plain things that customers write, by the trigger that they show, and near misses that show none."""

SHOWN: dict[str, str] = {
    "human_request": """
        I want to talk to a person, this is ridiculous
        can i speak to a human please
        put me through to someone
        I'd like to speak to a manager
        get me a real person
        connect me with an agent
        Is there a real person I can talk to?
        I don't want to talk to a bot
        stop sending me robot answers, is anybody real there?
        please have someone call me
        Can somebody from your team call me back?
        Could you transfer me to customer service
        let me talk to somebody who knows what they are doing
        I need a human being to look at this
        no more bots please
        I demand to speak with your supervisor
        Would prefer talking to a person
        give me a representative
        representative please
        can a person please read my messages
        Can an agent call me?
        I want a human
        Can I get a human on the line?
        escalate this to a manager
        is this a bot? I want someone real
        I would like a call back
        call me
        I'd rather deal with a person
        Please connect me to a live agent.
        Are there any humans working there?
        hand me over to a colleague
        I'm done with this bot. Someone real, please
        any chance of speaking to a human
        How do I reach a human?
        how can I get hold of a real person
        Just let me speak to someone
        put a human on
        May I chat with a member of staff
        I'd like someone to phone me
        I need to speak to someone about my bill
        PERSON
        agent
        Human!
        operator please
        Enough of this machine. A human, now.
        I am not going to explain this to a computer again, pass me to your team
        Can you get one of your colleagues to ring me
        who can I talk to about this? I mean a person
        this bot is useless
        Ich möchte mit einem Menschen sprechen
        Kann ich bitte mit einem Mitarbeiter reden?
        Ich will keinen Bot
        Verbinden Sie mich mit einem Berater
        Bitte rufen Sie mich zurück
        Ist da ein echter Mensch?
        Ich möchte mit jemandem telefonieren
        Kann mich bitte jemand anrufen?
        Mitarbeiter bitte
        Ich hätte gern einen Rückruf
        quiero hablar con una persona
        Páseme con un agente
        que me llame alguien
        no quiero hablar con un robot
        Je veux parler à quelqu'un
        puis-je parler à un conseiller ?
        une vraie personne s'il vous plaît
        rappelez-moi
    """,
    "legal_threat": """
        My lawyer will be in touch
        I will take legal action if this is not sorted by Friday
        see you in court
        I'm going to sue you
        I have contacted trading standards
        I'm reporting you to the ombudsman
        I will go to the press with this
        small claims court is my next step
        You are in breach of contract
        expect a letter from my solicitor
        Ich schalte meinen Anwalt ein
        Ich behalte mir rechtliche Schritte vor
        Das melde ich der Verbraucherzentrale
        Voy a emprender acciones legales
        mi abogado se pondrá en contacto
        Je vais porter plainte
        mon avocat va vous écrire
    """,
    "formal_complaint": """
        I want to make a formal complaint
        Please treat this as a complaint
        I'd like to lodge a complaint against your installer
        This is an official complaint about the service
        I am raising a complaint
        I hereby formally complain about the delay
        Ich möchte eine offizielle Beschwerde einreichen
        quiero poner una reclamación
        Je souhaite déposer une réclamation
    """,
    "fraud": """
        There is an order on my account that I did not make
        I don't recognise this payment
        someone logged into my account
        I think I've been hacked
        I got a phishing mail in your name
        unauthorised charge on my card
        my card was stolen and used in your shop
        Somebody ordered two doorbells with my card
        That wasn't me
        there is a sign-in from Brazil that was not me
        somebody else is using my account
        Ich habe das nie bestellt, jemand hat mein Konto benutzt
        Mein Konto wurde gehackt
        No reconozco este cargo
        quelqu'un a piraté mon compte, c'est une arnaque
    """,
    "account_lockout": """
        I'm locked out of my account
        my account has been blocked
        you suspended my account
        why is my account locked
        please unlock my account
        Account disabled?? what did I do
        Mein Konto ist gesperrt
        mi cuenta está bloqueada
        mon compte est bloqué
    """,
    "health_urgency": """
        my father has chest pain
        I can smell gas in the kitchen
        the hub is smoking
        the battery caught fire
        I got an electric shock from the receiver
        water is dripping onto the socket
        it smells of burning near the boiler
        my daughter burned her hand on the battery, we called an ambulance
        the adapter started sparking
        Es riecht nach Gas
        Der Hub brennt
        huele a quemado
        ça sent le brûlé
    """,
    "churn": """
        I'm switching to a competitor
        If this isn't fixed I'm leaving
        I'm thinking of cancelling everything
        never buying from you again
        you've lost a customer
        I'm taking my business elsewhere
        fix it or I'll cancel
        Ich wechsle zu einem anderen Anbieter
        van a perder un cliente
        c'est la dernière fois que je commande chez vous
    """,
    "abuse": """
        you are idiots
        fuck you
        you bunch of incompetent morons
        I know where you live
        your staff are liars
        shove it
        Ihr seid Idioten
        sois unos ladrones
        bande de voleurs
    """,
    "vulnerable_customer": """
        my husband died last week and the account is in his name
        we have a newborn baby and no heating
        I am blind and cannot read the code
        I can't afford the bill this month, I lost my job
        my mother has dementia and cannot use the app
        my ex is watching me through the doorbell
        we have had no heating since last night and my elderly mother is ill
        Meine Frau ist verstorben
        mi marido falleció
        mon mari est décédé
    """,
}

NEAR_MISSES: dict[str, str] = {
    "human_request": """
        a person at your shop told me I can return it
        I spoke to an agent yesterday and she said it ships today
        Your representative promised a refund
        Does the doorbell detect a person or only motion?
        How do I talk to someone at the door through the app?
        How do I add another person to my home?
        Can I speak to visitors through the doorbell?
        person detection does not work
        I don't need to talk to a person, just tell me the price
        Can someone else in my family use the app?
        When I talk to the person at the door they can't hear me
        My estate agent gave me the hub
        how much is it per person
        The agent told me five days
        Does the thermostat work without a bot account
        who can see my videos?
        my hub can't connect with the app
        can I connect with Alexa
        I talked to a human last week and they helped
        Where is my order? I need it for a person in hospital
        someone stole my parcel
        Somebody logged into my account
        Can anyone with the link see my camera?
        Can someone help me with error E14?
        How do I give someone access to my home
        can you help me get my refund
        the doorbell sees a person every time a car passes
        Please call the delivery company
        Can I add a person with the role Guest
        Das hat mir ein Mitarbeiter gesagt
        Ich habe gestern mit einem Mitarbeiter gesprochen
        Ich möchte keinen Rückruf, nur eine Antwort
        Ya hablé con un agente
        J'ai déjà parlé à un conseiller
    """,
    "legal_threat": """
        is it legal to film the pavement with the doorbell?
        I am a lawyer and need an invoice with my firm's name
        deliver it to 12 Court Road please
        the police asked for my video, how do I share the clip?
        my name is Sue and I have a question
        the tennis court needs a camera
    """,
    "formal_complaint": """
        Where can I make a complaint?
        I have no complaints, great service
        I don't want to make a complaint, I just want my parcel
        my neighbour complained about the noise
    """,
    "fraud": """
        your company is a scam
        do you have fraud protection?
        what a scam
        someone stole my parcel from the porch
        I did not receive the order
        I didn't make it to the shop
        I ordered the wrong device
    """,
    "account_lockout": """
        I'm locked out of my house, can the doorbell help?
        how do I lock the screen of the thermostat?
        what happens if my account is locked?
        the child lock is on
    """,
    "health_urgency": """
        does the leak sensor detect gas?
        can I use it with my Fire TV?
        the hub needs a port in the firewall
        do you sell smoke detectors?
        my heating schedule is wrong
        is the water alarm loud?
        there is water under the sink
    """,
    "churn": """
        how do I cancel my Plus subscription?
        when was the last time I ordered?
        can I switch to the Business plan?
        I want to change to yearly payment
    """,
    "abuse": """
        I feel like an idiot, where is the reset button?
        this is really annoying
        the app is useless
        damn, it broke again
    """,
    "vulnerable_customer": """
        my battery died
        can I control the window blinds?
        the old hub passed away, which one is new?
        my mother would like to use the app too
        is there a blind spot under the doorbell?
    """,
}


def sentences(table: dict[str, str]) -> list[tuple[str, str]]:
    """(trigger, sentence) for each line of a table."""
    return [(name, line.strip()) for name, text in table.items() for line in text.strip().splitlines()]
