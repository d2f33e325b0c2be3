#include <QtTest>

#include "p2p/base/encoding.h"
#include "p2p/crypto/word_list.h"
#include "p2p/crypto/words.h"

using namespace mutoscope;
using namespace mutoscope::crypto;

namespace
{

SecretBytes fromHex(std::string_view hex)
{
    return SecretBytes::copyOf(base::fromHex(hex).value());
}

constexpr const char* known = "void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol "
                              "group space point ten exist slush involve unfold";

std::string problemOf(const std::string& words)
{
    const auto secret = secretOf(words);
    return secret ? std::string("taken") : secret.error().message;
}

/// With the word at this place, counted from 1, being another one.
std::string with(int place, const QString& word)
{
    QStringList words = QString::fromLatin1(known).split(u' ');
    words[place - 1] = word;
    return words.join(u' ').toStdString();
}

} // namespace

class TestWords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// BIP39's test vectors of 256 bits (vectors.json of the reference implementation, English).
    void asBip39_data()
    {
        QTest::addColumn<QByteArray>("entropy");
        QTest::addColumn<QByteArray>("words");
        const auto row = [](const char* entropy, const char* words) { QTest::newRow(entropy) << QByteArray(entropy) << QByteArray(words); };
        row("0000000000000000000000000000000000000000000000000000000000000000",
            "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon "
            "abandon abandon abandon abandon abandon abandon abandon abandon art");
        row("7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f",
            "legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth useful legal winner thank "
            "year wave sausage worth title");
        row("8080808080808080808080808080808080808080808080808080808080808080",
            "letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic avoid letter "
            "advice cage absurd amount doctor acoustic bless");
        row("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo vote");
        row("68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c",
            "hamster diagram private dutch cause delay private meat slide toddler razor book happy fancy gospel tennis maple dilemma "
            "loan word shrug inflict delay length");
        row("9f6a2878b2520799a44ef18bc7df394e7061a224d2c33cd015b157d746869863",
            "panda eyebrow bullet gorilla call smoke muffin taste mesh discover soft ostrich alcohol speed nation flash devote level "
            "hobby quick inner drive ghost inside");
        row("066dca1a2bb7e8a1db2832148ce9933eea0f3ac9548d793112d9a95c9407efad",
            "all hour make first leader extend hole alien behind guard gospel lava path output census museum junior mass reopen "
            "famous sing advance salt reform");
        row("f585c11aec520db57dd353c69554b21a89b20fb0650966fa0a9d6f74fd989d8f", known);
    }
    void asBip39()
    {
        QFETCH(QByteArray, entropy);
        QFETCH(QByteArray, words);
        const SecretBytes secret = fromHex(entropy.toStdString());
        QCOMPARE(std::string(wordsOf(secret).view()), words.toStdString());
        const auto back = secretOf(words.toStdString());
        QVERIFY2(back, back ? "" : back.error().message.c_str());
        QVERIFY(*back == secret);
    }

    void anySecretComesBack()
    {
        for (int i = 0; i < 1000; ++i) {
            const SecretBytes secret = SecretBytes::random(secretSize);
            const auto back = secretOf(wordsOf(secret).view());
            QVERIFY(back && *back == secret);
        }
    }

    void wordsAsPeopleTypeThem()
    {
        const QString lines = QString::fromLatin1(known).toUpper().replace(u' ', QStringLiteral(" \n\t"));
        const auto secret = secretOf("\r\n  " + lines.toStdString() + "  ");
        QVERIFY(secret);
        QCOMPARE(std::string(wordsOf(*secret).view()), std::string(known));
    }

    void whatIsWrongIsNamedByItsPlace()
    {
        QCOMPARE(problemOf(with(7, QStringLiteral("warier"))), std::string("word 7 isn't in the list"));
        QCOMPARE(problemOf(with(24, QStringLiteral("unfolded"))), std::string("word 24 isn't in the list"));
        QCOMPARE(problemOf(with(1, QStringLiteral("voi"))), std::string("word 1 isn't in the list"));
        QCOMPARE(problemOf(with(3, QStringLiteral("émigré"))), std::string("word 3 isn't in the list"));
        QCOMPARE(problemOf(with(2, QString())), std::string("these are 23 words, not 24"));
        QCOMPARE(problemOf(with(2, QStringLiteral("come come"))), std::string("these are 25 words, not 24"));
        QCOMPARE(problemOf({}), std::string("these are 0 words, not 24"));
        QCOMPARE(problemOf(std::string(2000, 'a')), std::string("this is more than 24 words"));
    }

    /// A checksum of 8 bits lets one of 256 pass: so what must hold is how many are caught, and that these are.
    void wordsThatDontFitTogether()
    {
        const std::string sentence = "the words don't fit together: one is wrong, or they are in another order";
        QCOMPARE(problemOf(with(24, QStringLiteral("zoo"))), sentence);
        QString swapped = QString::fromLatin1(known);
        swapped.replace(QStringLiteral("void come"), QStringLiteral("come void"));
        QCOMPARE(problemOf(swapped.toStdString()), sentence);
        int taken = 0;
        for (const std::string_view word : wordList)
            taken += problemOf(with(5, QString::fromLatin1(word.data(), static_cast<int>(word.size())))) == "taken" ? 1 : 0;
        QVERIFY2(taken >= 1 && taken <= 24, qPrintable(QString::number(taken))); // 8 are expected, the right one among them
    }

    void theListIsSortedAndItsWordsAreKnown()
    {
        QVERIFY(std::ranges::is_sorted(wordList));
        QVERIFY(isWord("abandon") && isWord("zoo"));
        QVERIFY(!isWord("") && !isWord("zoos") && !isWord("Zoo"));
    }
};

QTEST_APPLESS_MAIN(TestWords)
#include "tst_words.moc"
