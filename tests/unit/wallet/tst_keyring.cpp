#include <QTemporaryDir>
#include <QtTest>

#include "p2p/base/disk.h"
#include "p2p/base/encoding.h"
#include "p2p/base/file.h"
#include "p2p/crypto/sealed.h"
#include "p2p/crypto/words.h"
#include "p2p/wallet/key_file.h"
#include "p2p/wallet/keyring.h"
#include "tests/unit/wallet/fake_store.h"

using namespace mutoscope;
using namespace mutoscope::wallet;
using base::ErrorCode;
using crypto::SharedSecret;
using test::secretText;

namespace
{

constexpr const char* oldKey = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"; // RFC 8032 §7.1, test 1
constexpr const char* oldPublicKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

/// One installation: its folder, its places, and each time that the program is started a keyring of its own.
struct Home {
    QTemporaryDir folder;
    test::FakeStore file;
    test::FakeStore keychain;
    KeyPlace place = KeyPlace::File;
    bool plainFile = false;
    std::unique_ptr<Keyring> keyring;

    Home() { start(); }

    [[nodiscard]] std::filesystem::path path(const char* name) const { return std::filesystem::path(folder.path().toStdString()) / name; }

    /// The program starts anew; `own` takes the fake file's place.
    void start(SecretStore* own = nullptr)
    {
        keyring = std::make_unique<Keyring>(Keyring::Parts{.folder = folder.path().toStdString(),
                                                           .file = own ? *own : file,
                                                           .keychain = keychain,
                                                           .place = place,
                                                           .plainFile = plainFile,
                                                           .aside =
                                                               [](const auto& work, const auto& then) {
                                                                   work();
                                                                   then();
                                                               },
                                                           .cost = {.passes = 1, .memoryKiB = 8}});
    }
    [[nodiscard]] KeyState state() const { return keyring->status().state; }

    /// The public key in hex, or "problem: …".
    template <class Call>
    std::string opened(Call call)
    {
        std::string outcome;
        call([&](base::Result<crypto::NodeKey> key) { outcome = key ? base::toHex(key->publicKey()) : "problem: " + key.error().message; });
        return outcome;
    }
    std::string open(const SharedSecret& passphrase = nullptr)
    {
        return opened([&](Keyring::Opened done) { keyring->open(passphrase, std::move(done)); });
    }
    std::string create(const SharedSecret& passphrase = nullptr)
    {
        return opened([&](Keyring::Opened done) { keyring->create(passphrase, std::move(done)); });
    }
    std::string restore(std::string_view words, const SharedSecret& passphrase = nullptr)
    {
        return opened([&](Keyring::Opened done) { keyring->restore(secretText(words), passphrase, std::move(done)); });
    }
    std::string words(const SharedSecret& passphrase = nullptr)
    {
        std::string outcome;
        keyring->words(passphrase, [&](const base::Result<SharedSecret>& said) {
            outcome = said ? std::string((*said)->view()) : "problem: " + said.error().message;
        });
        return outcome;
    }
    std::string setPassphrase(const SharedSecret& passphrase, const SharedSecret& next)
    {
        std::string outcome;
        keyring->setPassphrase(passphrase, next, [&](const base::Result<void>& done) { outcome = done ? "done" : done.error().message; });
        return outcome;
    }
    std::string move(KeyPlace to, const SharedSecret& passphrase, const SharedSecret& next)
    {
        std::string outcome;
        keyring->move(to, passphrase, next, [&](const base::Result<void>& done) { outcome = done ? "done" : done.error().message; });
        return outcome;
    }
    std::string confirm(std::string_view words)
    {
        std::string outcome;
        keyring->confirm(secretText(words), [&](const base::Result<void>& done) { outcome = done ? "done" : done.error().message; });
        return outcome;
    }
};

bool isProblem(const std::string& outcome)
{
    return outcome.starts_with("problem: ");
}

std::string wordsOf(const char* hex)
{
    return std::string(crypto::wordsOf(crypto::SecretBytes::copyOf(base::fromHex(hex).value())).view());
}

/// Ends the process, as it were, at the n-th change of a file.
class PowerCut final : public base::disk::Faults
{
public:
    explicit PowerCut(int at) : m_left(at) { base::disk::setFaults(this); }
    ~PowerCut() override { base::disk::setFaults(nullptr); }
    int before(base::disk::Operation, const std::filesystem::path&, std::size_t& bytes) override
    {
        if (m_left-- > 0)
            return 0;
        bytes /= 2;
        struck = true;
        return EIO; // and so are all that follow
    }
    bool struck = false;

private:
    int m_left;
};

} // namespace

class TestKeyring : public QObject
{
    Q_OBJECT

    const SharedSecret m_passphrase = secretText("correct horse");

private Q_SLOTS:
    void nothingThereIsNoWallet()
    {
        Home home;
        QVERIFY(isProblem(home.open()));
        QCOMPARE(home.state(), KeyState::None);
        QCOMPARE(home.file.writes, 0);
    }

    void aNewWalletIsFoundAgain()
    {
        Home home;
        home.open();
        const std::string key = home.create(m_passphrase);
        QVERIFY2(!isProblem(key), key.c_str());
        QCOMPARE(home.state(), KeyState::Open);
        QVERIFY(!home.keyring->status().backedUp);
        home.start();
        QVERIFY(isProblem(home.open()));
        QCOMPARE(home.state(), KeyState::Locked);
        QVERIFY(home.keyring->status().sealed);
        QCOMPARE(base::toHex(*home.keyring->status().key), key); // seen while it is locked
        QCOMPARE(home.keyring->status().problem, "");
        QVERIFY(isProblem(home.open(secretText("wrong"))));
        QCOMPARE(home.keyring->status().problem, "the passphrase is wrong");
        QCOMPARE(home.open(m_passphrase), key);
        QCOMPARE(home.state(), KeyState::Open);
        QCOMPARE(home.keyring->status().problem, "");
    }

    void aFileWantsAPassphrase()
    {
        Home home;
        home.open();
        QVERIFY(isProblem(home.create()));
        QVERIFY(isProblem(home.create(secretText(""))));
        QVERIFY(!home.file.text);
        home.plainFile = true;
        home.start();
        home.open();
        QVERIFY(!isProblem(home.create()));
    }

    /// Installations from before have the seed in hex in a file, and no marker.
    void anOlderKeyFileGoesOnWorking()
    {
        Home home;
        home.file.text = oldKey;
        QCOMPARE(home.open(), oldPublicKey);
        QCOMPARE(*home.file.text, oldKey);
        QCOMPARE(home.words(), wordsOf(oldKey));
        QCOMPARE(home.setPassphrase(nullptr, m_passphrase), "done");
        QVERIFY(crypto::isSealed(*home.file.text));
        home.start();
        QCOMPARE(home.open(m_passphrase), oldPublicKey);
        QVERIFY(isProblem(home.words()));
        QCOMPARE(home.words(m_passphrase), wordsOf(oldKey));
    }

    void thePassphraseChanges()
    {
        Home home;
        home.open();
        const std::string key = home.create(m_passphrase);
        const auto next = secretText("battery staple");
        QCOMPARE(home.setPassphrase(secretText("wrong"), next), "the passphrase is wrong");
        QVERIFY(home.setPassphrase(m_passphrase, nullptr) != "done"); // a file keeps one
        QVERIFY(home.setPassphrase(m_passphrase, secretText("")) != "done");
        QCOMPARE(home.setPassphrase(m_passphrase, next), "done");
        QCOMPARE(home.state(), KeyState::Open);
        home.start();
        QVERIFY(isProblem(home.open(m_passphrase)));
        QCOMPARE(home.open(next), key);
    }

    void theKeychainIsAskedAndRemembered()
    {
        Home home;
        home.place = KeyPlace::Keychain;
        home.start();
        home.open();
        QCOMPARE(home.keyring->status().place, KeyPlace::Keychain);
        const std::string key = home.create();
        QVERIFY(!isProblem(key));
        QVERIFY(home.keychain.text && !home.file.text);
        home.place = KeyPlace::File; // another choice for new ones changes nothing of this one
        home.start();
        QCOMPARE(home.open(), key);
    }

    void withoutAKeychainItIsAFile()
    {
        Home home;
        home.place = KeyPlace::Keychain;
        home.keychain.refusal = base::Error{ErrorCode::Unavailable, "this desktop has no keychain"};
        home.start();
        home.open();
        QCOMPARE(home.state(), KeyState::None);
        QCOMPARE(home.keyring->status().place, KeyPlace::File);
        QVERIFY(isProblem(home.create()));
        QVERIFY(!isProblem(home.create(m_passphrase)));
        QVERIFY(crypto::isSealed(*home.file.text));
    }

    // ---- never a new wallet over an old one ----

    void noAnswerIsNoMissingWallet_data()
    {
        QTest::addColumn<int>("code");
        QTest::newRow("not found") << static_cast<int>(ErrorCode::NotFound);
        QTest::newRow("no keychain any more") << static_cast<int>(ErrorCode::Unavailable);
        QTest::newRow("locked") << static_cast<int>(ErrorCode::Forbidden);
        QTest::newRow("broken") << static_cast<int>(ErrorCode::Io);
    }
    void noAnswerIsNoMissingWallet()
    {
        QFETCH(int, code);
        Home home;
        home.place = KeyPlace::Keychain;
        home.start();
        home.open();
        const std::string key = home.create();
        const std::string kept = *home.keychain.text;
        home.keychain.refusal = base::Error{static_cast<ErrorCode>(code), "the keychain says no"};
        home.start();
        QVERIFY(isProblem(home.opened([&](Keyring::Opened done) { home.keyring->openOrCreate(m_passphrase, std::move(done)); })));
        QCOMPARE(home.state(), KeyState::Unavailable);
        QCOMPARE(base::toHex(*home.keyring->status().key), key);
        QVERIFY(home.keyring->status().problem.starts_with("the keychain says no"));
        home.keychain.refusal.reset();
        QVERIFY(isProblem(home.create(m_passphrase)));
        QCOMPARE(*home.keychain.text, kept);
        QVERIFY(!home.file.text);
        QCOMPARE(home.open(), key); // it is there again
    }

    /// No marker, as after a crash just before it: what can't be asked may have a wallet.
    void aLockedKeychainIsNoEmptyOne()
    {
        Home home;
        home.place = KeyPlace::Keychain;
        home.keychain.refusal = base::Error{ErrorCode::Forbidden, "the keychain stays locked"};
        home.start();
        QVERIFY(isProblem(home.opened([&](Keyring::Opened done) { home.keyring->openOrCreate(nullptr, std::move(done)); })));
        QCOMPARE(home.state(), KeyState::Unavailable);
        QVERIFY(isProblem(home.create()));
        QVERIFY(isProblem(home.restore(wordsOf(oldKey))));
        QCOMPARE(home.keychain.writes, 0);
    }

    /// It said "not found" while it was locked, and was unlocked before the person had decided.
    void aKeyThatTurnsUpIsNotReplaced()
    {
        Home home;
        home.place = KeyPlace::Keychain;
        home.start();
        home.open();
        QCOMPARE(home.state(), KeyState::None);
        home.keychain.text = oldKey;
        QVERIFY(isProblem(home.create()));
        QVERIFY(isProblem(home.restore(wordsOf("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"))));
        QCOMPARE(home.keychain.writes, 0);
        QCOMPARE(home.open(), oldPublicKey);
    }

    void anothersKeyIsNotThisWallet()
    {
        Home home;
        home.plainFile = true;
        home.start();
        home.open();
        const std::string key = home.create();
        const std::string words = home.words();
        home.file.text = oldKey;
        home.start();
        QVERIFY(isProblem(home.open()));
        QCOMPARE(home.state(), KeyState::Unavailable);
        QVERIFY(isProblem(home.restore(words))); // nor is the other one written over
        QCOMPARE(*home.file.text, oldKey);
    }

    void aDamagedKeyIsKeptUntilItIsRestored()
    {
        Home home;
        home.file.text = oldKey;
        home.open();
        home.file.text = "9d61b1";
        home.start();
        QVERIFY(isProblem(home.opened([&](Keyring::Opened done) { home.keyring->openOrCreate(m_passphrase, std::move(done)); })));
        QCOMPARE(home.state(), KeyState::Unavailable);
        QCOMPARE(*home.file.text, "9d61b1");
        QCOMPARE(home.restore(wordsOf(oldKey), m_passphrase), oldPublicKey);
        QVERIFY(crypto::isSealed(*home.file.text));
    }

    void aDamagedMarkerIsNoMissingOne()
    {
        Home home;
        home.file.text = oldKey;
        home.open();
        QVERIFY(base::writeFileDurably(home.path("wallet.json"), "{}"));
        home.start();
        home.file.text.reset();
        QVERIFY(isProblem(home.opened([&](Keyring::Opened done) { home.keyring->openOrCreate(m_passphrase, std::move(done)); })));
        QCOMPARE(home.state(), KeyState::Unavailable);
        QVERIFY(isProblem(home.restore(wordsOf(oldKey), m_passphrase)));
        QCOMPARE(home.file.writes, 0);
    }

    // ---- words ----

    void wordsBringTheWalletToANewMachine()
    {
        Home before;
        before.file.text = oldKey;
        before.open();
        const std::string words = before.words();
        Home after;
        after.open();
        QCOMPARE(after.restore(words, m_passphrase), oldPublicKey);
        QVERIFY(after.keyring->status().backedUp);
        after.start();
        after.open(m_passphrase);
        QVERIFY(after.keyring->status().backedUp);
        QCOMPARE(after.words(m_passphrase), words);
    }

    void wrongWordsRestoreNothing()
    {
        Home home;
        home.open();
        QCOMPARE(home.restore("zoo zoo", m_passphrase), "problem: these are 2 words, not 24");
        QCOMPARE(home.state(), KeyState::None);
        QCOMPARE(home.file.writes, 0);
    }

    void aForgottenPassphraseIsReplacedByTheWords()
    {
        Home home;
        home.open();
        const std::string key = home.create(m_passphrase);
        const std::string words = home.words(m_passphrase);
        home.start();
        home.open();
        QVERIFY(isProblem(home.restore(wordsOf(oldKey), secretText("new")))); // another wallet's
        QCOMPARE(home.restore(words, secretText("new")), key);
        home.start();
        QCOMPARE(home.open(secretText("new")), key);
    }

    void aKeychainThatIsGoneIsReplacedByTheFile()
    {
        Home home;
        home.place = KeyPlace::Keychain;
        home.start();
        home.open();
        const std::string key = home.create();
        const std::string words = home.words();
        home.keychain.refusal = base::Error{ErrorCode::Unavailable, "this desktop has no keychain"};
        home.start();
        home.open();
        QCOMPARE(home.restore(words, m_passphrase), key);
        home.start();
        QCOMPARE(home.open(m_passphrase), key);
        QCOMPARE(home.keyring->status().place, KeyPlace::File);
    }

    void onlyItsOwnWordsConfirm()
    {
        Home home;
        home.file.text = oldKey;
        home.open();
        QCOMPARE(home.confirm(wordsOf("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")), "these are the words of another wallet");
        QVERIFY(!home.keyring->status().backedUp);
        QCOMPARE(home.confirm(wordsOf(oldKey)), "done");
        QVERIFY(home.keyring->status().backedUp);
        home.start();
        home.open();
        QVERIFY(home.keyring->status().backedUp);
    }

    // ---- from place to place ----

    void theKeyGoesIntoTheKeychainAndBack()
    {
        Home home;
        home.open();
        const std::string key = home.create(m_passphrase);
        const std::string words = home.words(m_passphrase);
        home.confirm(words);
        QCOMPARE(home.move(KeyPlace::Keychain, secretText("wrong"), nullptr), "the passphrase is wrong");
        QCOMPARE(home.move(KeyPlace::File, m_passphrase, m_passphrase), "the wallet's key rests there already");
        QVERIFY(home.file.text && !home.keychain.text);
        QCOMPARE(home.move(KeyPlace::Keychain, m_passphrase, nullptr), "done");
        QVERIFY2(!home.file.text, "no copy stays behind");
        QVERIFY(home.keychain.text);
        QCOMPARE(home.state(), KeyState::Open);
        QCOMPARE(home.keyring->status().place, KeyPlace::Keychain);
        QVERIFY(!home.keyring->status().sealed && home.keyring->status().backedUp);
        home.start();
        QCOMPARE(home.open(), key);
        QVERIFY(home.keyring->status().backedUp);
        QVERIFY(home.move(KeyPlace::File, nullptr, nullptr) != "done"); // a file wants a passphrase
        QVERIFY(home.move(KeyPlace::File, nullptr, secretText("")) != "done");
        QVERIFY(home.keychain.text && !home.file.text);
        QCOMPARE(home.move(KeyPlace::File, nullptr, m_passphrase), "done");
        QVERIFY(home.file.text && !home.keychain.text);
        QVERIFY(home.keyring->status().sealed);
        home.start();
        QCOMPARE(home.open(m_passphrase), key);
        QCOMPARE(home.words(m_passphrase), words);
    }

    void whereItCannotGoItStays()
    {
        Home home;
        home.open();
        const std::string key = home.create(m_passphrase);
        const auto stays = [&] {
            home.keychain.refusal.reset();
            home.keychain.keepsNothing = false;
            const std::string now = home.open(m_passphrase);
            return home.file.text && home.keyring->status().place == KeyPlace::File && now == key;
        };
        for (const ErrorCode code : {ErrorCode::Unavailable, ErrorCode::Forbidden, ErrorCode::Io}) {
            home.keychain.refusal = base::Error{code, "the keychain says no"};
            QCOMPARE(home.move(KeyPlace::Keychain, m_passphrase, nullptr), "the keychain says no");
            QVERIFY(stays());
        }
        home.keychain.keepsNothing = true;
        QVERIFY(home.move(KeyPlace::Keychain, m_passphrase, nullptr) != "done");
        QVERIFY(stays());
        home.keychain.text = oldKey; // of another wallet, that was never ours to replace
        QCOMPARE(home.move(KeyPlace::Keychain, m_passphrase, nullptr), "another key rests there; it is not replaced");
        QCOMPARE(*home.keychain.text, oldKey);
        QVERIFY(stays());
        home.keychain.text.reset();
        QCOMPARE(home.move(KeyPlace::Keychain, m_passphrase, nullptr), "done");
    }

    /// It is said, and done at the next start.
    void aCopyThatDoesNotGo()
    {
        Home home;
        home.open();
        const std::string key = home.create(m_passphrase);
        home.file.refusesRemoval = true;
        QVERIFY(home.move(KeyPlace::Keychain, m_passphrase, nullptr).find("old copy") != std::string::npos);
        QCOMPARE(home.keyring->status().place, KeyPlace::Keychain);
        QVERIFY(home.file.text && home.keychain.text);
        home.start();
        QCOMPARE(home.open(), key);
        QVERIFY(home.file.text);
        home.file.refusesRemoval = false;
        home.start();
        QCOMPARE(home.open(), key);
        QVERIFY(!home.file.text);
        home.start();
        QCOMPARE(home.open(), key);
    }

    /// At each change of a file, with the real file beside a keychain that keeps: the secret is in a place that opens, and no other wallet
    /// can be made there.
    void aPowerCutWhileItMoves_data()
    {
        QTest::addColumn<bool>("toKeychain");
        QTest::newRow("into the keychain") << true;
        QTest::newRow("into a file") << false;
    }
    void aPowerCutWhileItMoves()
    {
        QFETCH(bool, toKeychain);
        int strikes = 0;
        for (int at = 0;; ++at) {
            Home home;
            home.place = toKeychain ? KeyPlace::File : KeyPlace::Keychain;
            KeyFile file(home.path("node-key"));
            home.start(&file);
            home.open();
            const std::string key = home.create(m_passphrase);
            QVERIFY2(!isProblem(key), key.c_str());
            const auto next = secretText("battery staple");
            std::string outcome;
            bool struck = false;
            {
                PowerCut cut(at);
                outcome = home.move(toKeychain ? KeyPlace::Keychain : KeyPlace::File, m_passphrase, next);
                struck = cut.struck;
            }
            home.start(&file);
            home.open();
            QCOMPARE(home.state(), KeyState::Locked);
            std::string now = home.open(m_passphrase);
            if (isProblem(now))
                now = home.open(next);
            QCOMPARE(now, key);
            const bool isInKeychain = home.keyring->status().place == KeyPlace::Keychain;
            QVERIFY2(isInKeychain == home.keychain.text.has_value(), "no copy stays behind");
            QCOMPARE(!isInKeychain, std::filesystem::exists(home.path("node-key")));
            home.start(&file);
            QVERIFY(isProblem(home.open()));
            QVERIFY(isProblem(home.create(m_passphrase)));
            if (!struck) {
                QCOMPARE(outcome, "done");
                break;
            }
            ++strikes;
        }
        QVERIFY(strikes > 4);
    }

    // ---- crashes ----

    void whatIsNotKeptIsNotUsed()
    {
        Home home;
        home.open();
        home.file.keepsNothing = true;
        QVERIFY(isProblem(home.create(m_passphrase)));
        QCOMPARE(home.state(), KeyState::None);
    }

    /// The power goes at each write, sync and rename of making a wallet and of sealing it: what opens afterwards is one and the same.
    void aPowerCutLosesNoWallet()
    {
        int at = 0;
        for (bool struck = true; struck; ++at) {
            Home home;
            home.plainFile = true;
            KeyFile file(home.path("node-key"));
            home.start(&file);
            home.open();
            std::string made;
            {
                PowerCut cut(at);
                made = home.create();
                struck = cut.struck;
            }
            home.start(&file);
            const std::string found = home.opened([&](Keyring::Opened done) { home.keyring->openOrCreate(nullptr, std::move(done)); });
            QVERIFY2(!isProblem(found), found.c_str());
            QVERIFY2(isProblem(made) || made == found, qPrintable(QString::number(at)));
        }
        QVERIFY(at > 4); // it did strike
    }
    void aPowerCutLosesNoSealedWallet()
    {
        int at = 0;
        for (bool struck = true; struck; ++at) {
            Home home;
            KeyFile file(home.path("node-key"));
            QVERIFY(base::writeFileDurably(home.path("node-key"), oldKey));
            home.start(&file);
            QCOMPARE(home.open(), oldPublicKey);
            {
                PowerCut cut(at);
                home.setPassphrase(nullptr, m_passphrase);
                struck = cut.struck;
            }
            home.start(&file);
            QCOMPARE(home.open(m_passphrase), oldPublicKey);
        }
        QVERIFY(at > 2);
    }

    void keyFilesAreTheOwnersOnly()
    {
        Home home;
        KeyFile file(home.path("node-key"));
        home.start(&file);
        home.open();
        QVERIFY(!isProblem(home.create(m_passphrase)));
        QCOMPARE(static_cast<int>(std::filesystem::status(home.path("node-key")).permissions()), 0600);
        const auto marker = base::readFile(home.path("wallet.json"), 4096);
        QVERIFY(marker && marker->find(base::toBase64Url(home.keyring->status().key->raw())) != std::string::npos);
    }

    void oneCallAtATime()
    {
        Home home;
        std::function<void()> later;
        home.keyring = std::make_unique<Keyring>(Keyring::Parts{.folder = home.folder.path().toStdString(),
                                                                .file = home.file,
                                                                .keychain = home.keychain,
                                                                .aside =
                                                                    [&](const auto& work, const auto& then) {
                                                                        later = [work, then] {
                                                                            work();
                                                                            then();
                                                                        };
                                                                    },
                                                                .cost = {.passes = 1, .memoryKiB = 8}});
        home.open();
        std::string made;
        home.keyring->create(m_passphrase, [&](base::Result<crypto::NodeKey> key) { made = key ? "made" : key.error().message; });
        QCOMPARE(made, ""); // not done yet
        QVERIFY(isProblem(home.open(m_passphrase)));
        QVERIFY(isProblem(home.words(m_passphrase)));
        later();
        QCOMPARE(made, "made");
        QCOMPARE(home.state(), KeyState::Open);
    }
};

QTEST_APPLESS_MAIN(TestKeyring)
#include "tst_keyring.moc"
