#include "app/common/passphrase_prompt.h"
#include "app/node/commands.h"
#include "p2p/control/names.h"
#include "p2p/wire/fields.h"

// The wallet's key: made, restored, backed up, locked, moved. Secrets come from files or the terminal, never from the command line,
// which others can see.

namespace mutoscope::app
{

namespace
{

using crypto::SharedSecret;
using node::KeyState;

const node::KeyStatus& keysOf(const Task& task)
{
    return task.snapshot().keys;
}

/// Once it is known how they stand.
void whenDecided(Task& task, std::function<void()> then)
{
    task.when([&task] { return keysOf(task).state != KeyState::Looking; }, std::move(then), QStringLiteral("the wallet's key is still being looked for"));
}

/// Ends with how the next action on the keys went.
void endWithKeys(Task& task)
{
    QObject::connect(&task.node(), &node::Node::keysDone, &task, [&task](const QString& problem) {
        if (problem.isEmpty())
            task.end();
        else
            task.fail(problem);
    });
}

/// The passphrase of the wallet that there is, where it has one. False where nobody gives it, and the task has ended.
bool passphraseOf(Task& task, SharedSecret& passphrase)
{
    passphrase = task.parts().passphrase;
    if (!passphrase && keysOf(task).sealed)
        passphrase = askPassphrase("Passphrase of the wallet:");
    if (!passphrase && keysOf(task).sealed) {
        task.fail(QStringLiteral("the wallet has a passphrase (--passphrase-file FILE or MUTOSCOPE_PASSPHRASE give it)"));
        return false;
    }
    return true;
}

/// One that is to hold from now on; null for none. False where there is none and it isn't said that there is to be none.
bool newPassphrase(Task& task, bool mayBeGivenAsOld, bool mayBeNone, SharedSecret& passphrase)
{
    if (task.has("new-passphrase-file")) {
        const auto read = readSecretFile(task.option("new-passphrase-file"));
        if (!read || !*read) {
            task.fail(QStringLiteral("--new-passphrase-file: ") + (read ? QStringLiteral("the file's first line is empty") : text(read.error().message)));
            return false;
        }
        passphrase = *read;
        return true;
    }
    if (mayBeGivenAsOld && task.parts().passphrase) {
        passphrase = task.parts().passphrase;
        return true;
    }
    if (mayBeNone || task.has("no-passphrase"))
        return true;
    passphrase = askPassphrase("New passphrase of the wallet's key:");
    const SharedSecret again = passphrase ? askPassphrase("Once more:") : nullptr;
    if (passphrase && again && *passphrase == *again)
        return true;
    task.fail(passphrase && again ? QStringLiteral("the two passphrases differ")
                                  : QStringLiteral("no new passphrase was given (--new-passphrase-file FILE gives it, --no-passphrase says that there is none)"));
    return false;
}

SharedSecret readWords(Task& task)
{
    if (!task.has("words-file")) {
        SharedSecret words = askPassphrase("The 24 words, which are not shown:");
        if (!words)
            task.fail(QStringLiteral("no words were given (--words-file FILE gives them)"));
        return words;
    }
    const auto read = readSecretFile(task.option("words-file"));
    if (read && *read)
        return *read;
    task.fail(QStringLiteral("--words-file: ") + (read ? QStringLiteral("the file's first line is empty") : text(read.error().message)));
    return nullptr;
}

/// With the wallet open, unlocked if need be, and its passphrase.
void withOpen(Task& task, std::function<void(const SharedSecret&)> then)
{
    whenDecided(task, [&task, then = std::move(then)] {
        SharedSecret passphrase;
        switch (keysOf(task).state) {
        case KeyState::Looking:
            return;
        case KeyState::None:
            return task.fail(QStringLiteral("there is no wallet yet; 'wallet create' or 'wallet restore' makes one"));
        case KeyState::Unavailable:
            return task.fail(text(keysOf(task).problem));
        case KeyState::Open:
            if (passphraseOf(task, passphrase))
                then(passphrase);
            return;
        case KeyState::Locked:
            break;
        }
        if (!passphraseOf(task, passphrase))
            return;
        const auto unlocked = [&task, passphrase, then](const QString& problem) {
            if (!problem.isEmpty())
                return task.fail(problem);
            then(passphrase);
        };
        QObject::connect(&task.node(), &node::Node::keysDone, &task, unlocked, static_cast<Qt::ConnectionType>(Qt::AutoConnection | Qt::SingleShotConnection));
        task.node().unlock(passphrase);
    });
}

bool restsInKeychain(const Task& task)
{
    return keysOf(task).place == node::KeyPlace::Keychain;
}

} // namespace

void createWallet(Task& task)
{
    whenDecided(task, [&task] {
        if (keysOf(task).state != KeyState::None)
            return task.fail(QStringLiteral("there is a wallet already"));
        SharedSecret passphrase;
        if (!newPassphrase(task, true, restsInKeychain(task), passphrase))
            return;
        endWithKeys(task);
        task.node().createWallet(passphrase);
    });
}

void restoreWallet(Task& task)
{
    whenDecided(task, [&task] {
        if (keysOf(task).state == KeyState::Open)
            return task.fail(QStringLiteral("there is a wallet already"));
        const SharedSecret words = readWords(task);
        SharedSecret passphrase;
        if (!words || !newPassphrase(task, true, restsInKeychain(task), passphrase))
            return;
        endWithKeys(task);
        task.node().restoreWallet(words, passphrase);
    });
}

void unlockWallet(Task& task)
{
    withOpen(task, [&task](const SharedSecret&) { task.end(); });
}

void lockWallet(Task& task)
{
    whenDecided(task, [&task] {
        task.node().lock();
        task.when([&task] { return keysOf(task).state != KeyState::Open; }, [&task] { task.end(); }, QStringLiteral("the wallet is not locked"));
    });
}

void showWords(Task& task)
{
    withOpen(task, [&task](const SharedSecret& passphrase) {
        QObject::connect(&task.node(), &node::Node::wordsCame, &task, [&task](const SharedSecret& words, const QString& problem) {
            if (!words)
                return task.fail(problem);
            std::fwrite(words->data(), 1, words->size(), stdout); // past print(), which would copy them
            std::fputc('\n', stdout);
            std::fflush(stdout);
            task.end();
        });
        task.node().showWords(passphrase);
    });
}

void confirmWords(Task& task)
{
    withOpen(task, [&task](const SharedSecret&) {
        const SharedSecret words = readWords(task);
        if (!words)
            return;
        endWithKeys(task);
        task.node().confirmWords(words);
    });
}

void changePassphrase(Task& task)
{
    withOpen(task, [&task](const SharedSecret& passphrase) {
        SharedSecret next;
        if (!newPassphrase(task, false, false, next))
            return;
        endWithKeys(task);
        task.node().setPassphrase(passphrase, next);
    });
}

void moveKey(Task& task)
{
    node::KeyPlace to{};
    if (!wire::enumFromName(task.argument(0).toStdString(), to))
        return task.misuse(QStringLiteral("the key can be moved to file or keychain"));
    withOpen(task, [&task, to](const SharedSecret& passphrase) {
        SharedSecret next;
        if (!newPassphrase(task, false, to == node::KeyPlace::Keychain, next))
            return;
        endWithKeys(task);
        task.node().moveKey(to, passphrase, next);
    });
}

} // namespace mutoscope::app
