"""Everyday English words of customer service, counted in public conversations: what starts a sentence with a capital
and is not among them may be a name."""

_ROWS = """
    aapl ability able about above abraham abroad absolutely accent accept accepted accepts access accessible
    accidentally according account accounting accounts accurate achieved acid across act action actions activate active
    activities activity actor actual actually adapted add added addictions addictive adding addition additional address
    adjust advance advantage advertising aerospace affordable after afternoon again against age agency agent ago agree
    ahead air airline airplane airport alarm album alcohol alcoholic alert alerts alessandro algebra all allow allowed
    allows almost alone along alpha already also alternative although alumni always amazing america among amount amounts
    ancient and androids animals annual another answer answerability antifreeze any anymore anyone anything anyway
    anywhere apologize app appear appeared appears apple applicable application applications applied applies apply
    applying appointment appreciate appropriate approval approved apr archery architect architects are area areas around
    arrival arrive arrived arrives arriving art ask asked asking asks assist assistance assistant associated association
    atari atmosphere attack attacks attempt attempts attend attraction attractions attributable audio authentication
    authorization authorized autism auto automatically autumn availability available ave average averaging avoid away
    awesome back backup backyard bad balance balances ball band bank banking bar based basic bathroom battery beautiful
    became because become becomes bed been beer before began begin beginning begins behavior behind being believe below
    ben beneficiary benefit benefits best better between beyond big bigger biggest bill billing billion bills biomedical
    birds birth bit black blackjack blemish block blocked blooded bluegrass boat body bonus bonuses book booked booking
    books boost boots born bot both bought boulder bowl bowlers bowling box brand breach break breakfast breed brexit
    bring british broadway bronze bros brown bryant build building built bulls bus business businesses busy but butter
    button buy bye cable calculated calculator calendar call called calling calls calories calvin came camus can canada
    cancel cancelled candidates candy cannabis cannot cap capabilities capacity capcom capital captain car card cards
    care career carry case cases cash casino cast cat catch categories category cats cause causes center centre century
    certain chairs champions change changed changes channel character characters charge charged charges chart chase chat
    cheap cheapest check checked checking checks cheerleaders cheerleading cheque chess chicken child children china
    chips choice choices choose circle circumference city claim claims classes classic classical clean cleaning clear
    clearly click client close closed closely closest closing closure cluster cnn coach code codes coffee coin cold
    colleagues collection college color combination combined come comedy comes comfortable coming command commercial
    common commonly communication community companies company compare compatible competitive competitor complete
    completed completely completing components compute computer concierge conclusion conditions conference configuration
    configure confirm confirmation confirmed confirms connect connection consider considered consisting console
    consulting contact contacted contagious contain container contains content context continue control controls
    conversation convert cook cool copies copy correct cost costs could couldn count countries country couple course
    court cover coverage covering cream create created creates creating creation creature creatures credentials credit
    credited credits criteria critical cruise crypto cryptocurrency crystal ctrl cuisine culminating cultural currencies
    currency current currently custom customer customers cybersecurity cycle daily data database date dates daughter day
    days dead deal deals death debit decide decided decision decline declined decor dedicated default defeated define
    definitely definition degrees delete delexed delicious delivered delivery delta democracies democracy democratic
    denver departing department depending depends deposit deposited deposits described description deserve design
    designed desired destination details determine development device devices dialog dice did didn die died different
    dine dining dinner dipstick direct directed directions directly director disappointed disaster discount discover
    discovered discovers disease dishes display disposable dispute disputes distance divided division doctor document
    documentation documents does doesn dog doha doing dollar dollars domain domestic dominant don done doo double doubt
    down downtown drain drama dream dreams drink drinks drop ducks due duplicate during dwight each ear earlier early
    earn earned earning earnings earphones easily east easy eat eating education effective effects eggs eight either
    electric electrical eli eligibility eligible elimination elite else elvis email embedded emergency emmy enable
    enabled end ended ending ends energy engine engineer engineering engineers english enjoy enjoyed enough ensure enter
    entered enterprise entertainment entire entity entrance enumerable environment environments episodes equality
    equally equations error errors escalate especially established estimated even event events eventually ever every
    everything evidence evolution evolved exact exactly exam example exceeds excellent exchange existing expect expected
    expensive experience expiration expire expires explain explains exponents express extend external extra extremely
    facilities facility fact factory fail failed fake fall falling falls false family famous fan fantasy faq far fargo
    fast faster father favorite fayette feature features februaryu federal fee feed feel fees feet felt female few field
    fields fight figure file filed filing fill film films final finalized financial find finding finds fine firewalls
    firm first fit five fix flight flip floridau flow flows flu fluid fly fogging follow following food foods football
    footballs for forbidden foreign forget forgot form forms formula formulated forward found four france franklin fraud
    fraudulent free freeze fresh fridge friend friendliest friendly friends from front frozen frustrated fuel full fully
    fumbled fun function funds funny further future gained gambit game gameplay games garden gas gave geese general
    generally generated genetic genre georgia get gets getting gift give given gives glide global glue gluten goal goals
    goes gogh going gold gone good goodbye got gotten government govt gpa gps great green greeting gridiron group groups
    guard guess guest guesthouse guesthouses guests guide guitar habits had halal half hand handle happen happened
    happening happens happy hard harder harvard has hasn hats have haven having head headlines headphones health healthy
    hear heard hearing heart held hello help helpful helping helps her here heroin hexagon hey high higher highest
    highly hilfiger him himself his history hit hobbies hold hole holes holiday home hospital hot hotel hotels hour
    hours house how howard https huge human humans hunting hypnosis ibmcloud ice icons idea identify identity ill image
    images immediately impact important improve include included includes including income incorrect increase increased
    index indicate individual infjs info inform information infrastructure ingredients input inside inspired instance
    instances instead instructions insurance integration intent intents interaction interest interested interesting
    internal international internet into introduction investigate investing involve involved ireland island isn issue
    issued issues item items its itself jacket james jazz jeans job jobs john joke jump just justice keep keeps key keys
    kia kick kicking kids kill kind kinds king klein know knowledge known kobe korea kors label land language languages
    large larger largest last late later latest laundry law lead leader league leagues learn learning least leave leaves
    leaving lebron led left legal less let level levels lexington library life lifetime light like liked likely limit
    limited limits lincoln line lines link linked list listed listen little live living loan local locate located
    location locations locked locker log long longer look looked looking looks lord lost lot lots louvre love loved low
    lower luggage machine made mail main maintain maintenance major make makes making male males man manage managed
    management manager mannign many marijuana mark market marketing marvel massive match mateo material matter maximize
    maximum may maybe meal mean meaning means meant meat median medical mediocre meet meeting meetings meets member
    members membership mental mention mentions menu merchant merchants message messages met meta method methods mexico
    michael mid might miles military milk million mind mine minh minimum minute minutes missing mission mistake mix mls
    mobile mode model moderate moderately modern moment money monitor month monthly months moral more morning most
    mostly mother move moved movie movies mpg much multiple multiplication museum music musician must myself name named
    names narrow national nations natural nature naval near necessary need needed needs network neuter never new news
    next nfl nice nicely nicotine night nights nintendo non north not notable notary note notes nothing notice noticed
    notifications notified notify now nowu nuclear number numbers object obtain occasionally occurred occurs ocean odds
    off offensive offer offered offering offers office official often oil okay old older once one ones onions online
    only onsite open opening operations operator option options oracle orbit order ordered ordering orders original
    originate oscars other others ounce our out outdoor outside outstanding over overall overcoming overdraft overpriced
    overtime owe own owner oxygen package packaging pads page pages paid painted pair pakistan paper park parking part
    participant participants particular partner parts party pass passages password past pay paycheck payday paying
    payment payments pending people per percentage perfect perform performance period perks permissions person personal
    personality pet pets phoenix phone phrase physical piano picasso pick pieces pin pink pittsburgh pizza place placed
    places plan planets planning plans platform play played player players playing playlist playoffs please pleasure
    plenty plug plus pnc point points police policies policy pool popular population portion portions possible possibly
    post postcode posted potential pounds power practice practices prefer preference preferences preformed present
    president presley pressure pretty prevent previous price priced prices pricing primarily primary prior private
    probably problem problems proceed process processed processing produce produced product production products
    professional profile program programs progress project promo promotional property protect protection protocol
    provide provided provider provides provisional pto public publishes pull pulled puppy purchase purchased purchases
    purchasing purpose put qualify qualifying quality quarterback query question questions quickly quiet quite radio
    radiohead raleigh range rate rates rather rating ratings reach reactor read ready real reality realize really reason
    reasons rebates receipt receive received receiving recent recently recipe recipient recognize recommend
    recommendation recommended recommends record records recreational recurring red redeem redemption reduce refer
    reference referendum referral referred refers refund refunded regarded regarding region regional regular rejected
    related relationship relativity release released remaining remains remember remind reminder reminders remove removed
    renew rent rental repeat replace replaced replacement report reporting reports representing request requested
    requests require required requirement requirements requires research reservation reservations reserve reset resolve
    resolved resource resources respond response responsible rest restaurant restaurants restore restrictions result
    results return returned returning returns reveals reverted review reviewed reviewing reviews reward rewards
    rhineland rice ride right rings risk road rock role roles roll rollover room rooms root rotation round routing rugby
    rule rules run running runs runtime saas safe safety said salary sales same san sat save saved savings saw saxaphone
    say saying says scale scariest scenario schedule scheduled school science score screen search searching season
    seating second secret secrets section secure security see seeing seem seems seen segovia select selected selection
    self seller selling send sending sense sensitive sent separate series serve served server servers serves service
    services serving set setting settings several share shared shark shawshank she ship shipment shipped shipping shirt
    shooting shop shopping short shots should shoulder show showing shown shows side sided sides sign significant silver
    similar simple simply since singer single site situation six size skiing skill skills skip skis sleep slow small
    smash snow soccer social software sold some someone something sometimes somewhere son song soon sorry sort sound
    sounds source sources south space spacecraft spay speak speaker special species specific specifically specified
    specify speech speed spell spelling spend spending spent spiritual split sport sportage sports spouse staff stage
    standard standards standing star starring stars start started starting starts state statement statements states
    station stations stats status stay stayed staying steering step steps still stock stocks stolen stop storage store
    stories story street string strong students study stuff subflow subflows subject submit submitted subscription
    subtext success successful such suggest suit summer super superhero superimposed support supported supports supposed
    sure surface surprised survey survive swap switch system systems table taiwan take taken takes taking talk talking
    target targets tasks tax taxes team teams technology television tell tells temperature temporary ten term terms test
    text than thank thanks that the their them themselves then theory there these they thing things think thinking third
    this thor those though thought thousands three threshold through throughout ticket tickets tier tiger till time
    timer times timezone timing tips tire tires titanic title today todo together tokens told toledo tommy tomorrow too
    took tool toolchain tools top topic topping total tournament toward towards town track tracking trade traffic train
    training trains traits transaction transactions transfer transferred transferring transfers transit translate
    translated transport travel traveling treatment trees trek trend trial tried tries trip troubleshoot truck true
    trust try trying tuning turn turns twice two type types typically ucsb ucsd ultimate unable unauthorized unclog
    under understand understood unfortunately union unique united university until update updated updates upgrade upon
    ups usage use used user username users uses using usual usually utah utility vacation vaccine vaccines valid
    validate validation value values van variations variety various varying vegetables vegetarian vehicle velocity
    verification verified verify version very via video view views violin virtual visit visited visiting vocabulary
    voice volume vote wait waiting waive waived waiver wallet wanna want wanted wants war warning wars was wasn watch
    watching water waves way ways weather web website week weekend weeks well wells went were west what whats wheelchair
    when where whether which whichever while whisper white who whole whose why wide widely wife wifi wild will win
    window windshield wings winners wins winter wipers wire wish with withdraw withdrawal withdrawals within without
    women won wonder wood word words work worked working works world worldwide worries worth would wow writings written
    wrong yale yeah year years yellow yes yesterday yet york you young your yourself
"""
FAMILIAR = frozenset(_ROWS.split())
