"""Closed lists of words that give a language away, for messages too short to count letters in.

Function words, greetings, thanks and answers as people type them in a chat, casefolded. A word may
stand in several lists: it then speaks for each of them a little. Internationalisms ("ok", "email",
"problem") stand in none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["DIACRITICS", "INTERNATIONAL", "WORDS"]

_INTERNATIONAL = """
    ah aha app bye cm cool eh email er euro eur gps haha hahaha hehe hm hmm hmmm info kg km lol
    mail mhm min ml mm mmm oh ohh oke oki ok okay okey okk omg online pdf pin pro qr sku sms
    super top uh usb usd vip vs wifi wow xd xl xxl
    air lite max mini note plus ultra
"""
INTERNATIONAL = frozenset(_INTERNATIONAL.split())
"""Words of every language's chats, which speak for none."""

_LISTS = {
    "de": """
        ab aber alles als also am auch auf aus bei bestellung bin bis bitte da danke dankeschön
        das dass dem den der des deshalb die dies diese dieser doch dort du ein eine einen einem
        einer er es euch falls für gast geht gern gerne gibt guten habe haben habt hallo hat heute
        hier ich ihnen ihr ihre ihren im immer in ist ja jetzt kann kein keine klar können leider
        mal man mehr mein meine mich mir mit moin morgen muss nach nein nicht nichts noch nochmal
        nun nur ob oder paket passt schon sehr sein seit sich sie sind so soll stimmt super tag
        tschüss und uns unser vielen von vor wann warum was wegen weil wenn wer werden wie wieder
        wir wird wo wurde zu zum zur zurück über
    """,
    "en": """
        a about after again all already am an and any are as at back be because been but by can
        cannot check could did didn do does doesn doing don done for from get give go going good
        got great had has have haven hello help here hey hi how i if in is isn it its just know
        let like ll look looks me more much my need never new no not now of off oh okay on one
        only or order our out paid parcel please pls right same see send sent she should so some
        sorry still sure thank thanks that the their them then there these they thing think this
        to too up us ve very wait was wasn we well were what when where which who why will with
        won would wrong yeah yep yes yet you your
    """,
    "es": """
        a ah ahí ahora al algo algún aquí así aún ayer bien bueno buenos buenas como con cual cuál
        cuando cuándo cuánto de del desde días donde dónde el ella en entonces envío era es esa
        ese eso está están estas este esto estoy favor fue genial gracias ha hace hago hasta hay
        he hola hoy la las le les listo llegó lo los luego más me mi mis momento mucho muchas muy
        nada ni no noches nos o otra otro para pedido pero perfecto perdón por porque pues puede
        pueden puedo que qué quiero quién se sea señor señora ser si sí sin sobre solo sólo son su
        sus también te tengo tiene todavía todo tu un una unos usted vale verdad y ya yo
    """,
    "fr": """
        à alors après au aucun aussi autre aux avec avez avons beaucoup bien bonjour bonsoir ça
        car ce cela ces cet cette ceux chez colis comme comment commande dans de déjà depuis des
        donc du elle en encore entendu es est et était été êtes être fait faire faut il ils jamais
        je jour journée jours jusqu la là le les leur lui ma madame mais me même merci mes mon
        monsieur ne non nos notre nous on ont ou où oui par parce pas peu peut peux plus pour
        pourquoi pouvez pris qu quand que quel quelle qui quoi reçu rien sa sans se ses si soit
        sont suis sur svp ta tout très trop tu un une va veux vers voilà voir vos votre vous vrai
        vraiment y
    """,
    "id": """
        ada adalah agar akan aku anda apa apakah atas atau bagaimana baik barang baru belum benar
        bisa boleh buat bukan coba dalam dan dari dengan deh di dia dong dulu gak ga gan gimana
        halo hari harus hingga ini itu iya jadi jangan jika juga kak kakak kalau kami kan kapan
        karena kasih ke kembali kenapa kirim kita kok kurang lagi lain langsung lebih loh maaf
        makasih malam mana masih mau min minta mohon nanti ngga nggak nya oke oleh orang pada pagi
        paket pak pengiriman pernah pesan pesanan punya resi saja sama sampai saya sangat sebentar
        sekarang selamat semua seperti sih siang silakan sini sore sudah tadi tapi telah tentang
        terima tetap tidak tolong uang udah untuk ya yang yg
    """,
    "it": """
        a abbiamo adesso ai al alla alle allora anche ancora appena avete bene buon buona
        buongiorno buonasera che chi ci ciao come con cosa così cui da dal dalla dei del della
        delle deve devo di dopo dove dunque e è ecco ed era essere fare fatto favore fra già
        giorni giorno gli grazie ha hai hanno ho i il in io la le lei lo loro ma mai me meno mi
        mia mio molto ne nei nel nella nessun niente no noi non nostro o oggi ogni ordine pacco
        per perché però perfetto più poi posso prego prima può qual quale quando quanto quella
        quello questa questo qui sarà scusi se sei senza si sì siamo sia solo sono sta stato su
        subito sul sulla suo tra tutto un una uno va vi voi vorrei
    """,
    "nl": """
        aan af al alles als alvast ander antwoord bedankt ben bent bestelling bij daar dag dan
        dank dat de deze die dit doe doen door dus een en er even gaat geen goed goedemiddag
        goedemorgen goedenavond graag haar had heb hebben hebt heeft heel helaas hem hen het hier
        hij hoe hoi hoor hun ik in is ja je jij jou jullie jouw kan klopt komt kunnen kunt liever
        maar mag me meer met mij mijn moet moeten morgen na naar nee niet niets nog nu of om omdat
        onze ons ook op over pakket prima staat te terug toch toen tot u uit uw van vandaag veel
        vind voor waar waarom wacht want waren was wat we weer weet wel welke werd wij wil willen
        wordt worden zal ze zeer zelf zich zie zij zijn zo zou zodat zonder
    """,
    "pl": """
        a albo ale ani aż bardzo bez bo być był była było byłem byłam chcę ci co coś czy czego
        czekam dla dlaczego do dobry dobra dobrze dopiero dzień dziękuję dzięki dziś dzisiaj gdy
        gdzie go i ich ile im ja jak jaki jakie jako je jednak jej jest jestem jeszcze już każdy
        kiedy kto która które który ma mam mamy mi mnie może można mogę mój moja muszę na nam nas
        nasz nic nie niestety no nowy o od ona oni pan pani po paczka pod proszę przed przez przy
        są się skąd super swój ta tak także tam te tego tej ten teraz też to trzeba tu tutaj tylko
        u w wiem witam właśnie więc wszystko wy z za zamówienie zaraz zawsze ze że
    """,
    "pt": """
        a agora ainda ao aos aquela aqui as assim até bem boa boas bom cadê chegou com como
        comprei da das de depois desculpa desculpe deu dia dias do dos e é ela ele em encomenda
        então entendi era essa esse esta está estão este estou eu faz favor fazer foi foram ficou
        gente hoje isso isto já lá lhe mais mas me mesmo meu meus minha muito muita na não nao nas
        nem no nos nós nossa nosso num numa o obrigada obrigado obg oi olá ontem onde os ou para
        pela pelo pedido pode posso por porque pois pra prazo pro qual quando quanto que quem
        quero recebi são se sei sem senhor senhora ser será seu seus sim só sobre sua também tá te
        tem tenho ter tinha tive toda todo tudo um uma vai valeu vc você vocês vou
    """,
    "tr": """
        abi acaba adım alo altında ama anladım aynı az bana bazı belki ben beni bey biraz bir bile
        biz bize bu bugün buna bunu böyle çok çünkü da daha de değil diye edin eder ederim efendim
        en et evet gelen geldi gelmedi gibi göre günaydın günü gün hala hangi hanım hayır hem
        hemen henüz hep her hiç için ile ise iyi kabul kadar kargo kargom kez ki kim lazım lütfen
        merhaba mi mu mı mü mısınız musunuz ne neden nasıl nerede niye o olarak olan oldu olur
        olsun ona onu para peki rica saat sadece selam sen siparişim sipariş siz size sizi sizin
        sonra şey şimdi şu tabi tabii tamam teşekkür teşekkürler tüm üzere var ve veya ya yani
        yarın yine yok yoksa zaten
    """,
    "vi": """
        ạ à anh bạn bao biết bị cái cảm cần cho chưa chị chỉ có còn cũng của cứ dạ đã đang đâu đây
        để đến đi đó đơn được em gì giao giúp hàng hay hôm khi không ko k là lại làm lần lên lúc
        lắm luôn mà mai mất mình mới muốn nay nào này nên nếu ngày nha nhà nhận nhé như nhưng
        những nữa ơi ở phải qua quá ra rồi sao sẽ shop tên thành thế thể theo thì thôi tiền tôi
        tới trả trong từ và vào vẫn về vì với vậy xin xong
    """,
}


def _weights(lists: Mapping[str, str]) -> dict[str, dict[str, float]]:
    languages: dict[str, set[str]] = defaultdict(set)
    for language, words in lists.items():
        for word in words.split():
            languages[word].add(language)
    return {word: dict.fromkeys(sorted(found), 1 / len(found)) for word, found in languages.items()}


WORDS: Mapping[str, Mapping[str, float]] = MappingProxyType(_weights(_LISTS))
"""Word -> how far it speaks (0-1) for each language that has it."""

DIACRITICS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        letter: tuple(languages.split())
        for letters, languages in (
            ("ß", "de"),
            ("äö", "de tr"),
            ("ü", "de es tr"),
            ("ñ¿¡", "es"),
            ("íú", "es pt vi"),
            ("ó", "es pl pt vi"),
            ("áé", "es pt vi fr"),
            ("ãõ", "pt vi"),
            ("ç", "fr pt tr"),
            ("êâôà", "fr pt vi"),
            ("èù", "fr it vi"),
            ("ìò", "it vi"),
            ("ëï", "fr nl"),
            ("œûî", "fr"),
            ("ąćęłńśźż", "pl"),
            ("ğışİ", "tr"),
            ("đăơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ", "vi"),
        )
        for letter in letters
    }
)
"""Letter -> the languages that write it in native words."""
