#include "tests/ui/flows/desk.h"

#include <algorithm>

#include <QAbstractButton>
#include <QClipboard>
#include <QDropEvent>
#include <QJsonArray>
#include <QLabel>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QUrl>
#include <QWindow>

#include "app/common/node_options.h"
#include "p2p/crypto/node_key.h"
#include "p2p/node/known_tracker.h"
#include "player/video_output.h"
#include "ui/format.h"
#include "ui/language.h"
#include "ui/widgets.h"

namespace mutoscope::tests
{

using namespace Qt::StringLiterals;

namespace
{

/// The widget itself, or a part of it, is what the pointer is over.
bool isOnTop(QWidget* widget, const QPoint& at)
{
    QWidget* const window = widget->window();
    QWidget* const hit = window->childAt(widget->mapTo(window, at));
    return hit && (hit == widget || widget->isAncestorOf(hit));
}

bool isNamed(QWidget* widget, const QString& name)
{
    if (widget->objectName() == name)
        return true;
    const auto* button = qobject_cast<QAbstractButton*>(widget);
    return button && button->text() == name;
}

/// As a window manager does with what is clicked or was left alone when its dialog closed.
bool activate(QWidget* window)
{
    window->activateWindow();
    return QTest::qWaitForWindowActive(window, patience);
}

QString textOf(const QWidget* widget)
{
    if (const auto* elided = qobject_cast<const ui::ElidedLabel*>(widget))
        return elided->whole();
    if (const auto* label = qobject_cast<const QLabel*>(widget))
        return label->text();
    const auto* button = qobject_cast<const QAbstractButton*>(widget);
    return button ? button->text() : QString();
}

} // namespace

void prepareDesks()
{
    qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent"); // no keychain, no remote control, no other window
    player::Player::cleanEnvironment();
    crypto::initialise();
}

Desk::~Desk()
{
    if (!m_window)
        return;
    bool ended = false;
    QObject::connect(m_window.get(), &ui::MainWindow::ended, m_window.get(), [&ended] { ended = true; });
    m_window->close();
    if (!QTest::qWaitFor([&ended] { return ended; }, patience))
        qWarning("the window does not end");
}

// ---- starting ----

QStringList Desk::arguments() const
{
    return {u"--network"_s,  u"private"_s,     u"--data"_s,   m_dataFolder,       u"--key-store"_s,
            u"file"_s,       u"--sources"_s,   u"tracker,link"_s, u"--listen"_s,  u"127.0.0.1:0"_s};
}

bool Desk::start(const QString& trackerLink)
{
    ui::applyLanguage(u"en"_s);
    QCommandLineParser parser;
    const app::NodeOptions options(parser);
    if (!parser.parse(QStringList{u"mutoscope"_s} + arguments()))
        return false;
    const QString tracker = node::knownTracker(options.dataFolder(), {});
    auto config = options.config(tracker, app::NodeOptions::Without::IsFine);
    if (!config)
        return false;
    config->keys.plainFile = true; // the window asks
    config->listenWhenSeeding = true;

    ui::MainWindow::Options windowOptions;
    windowOptions.settingsFile = m_dataFolder + u"/window.ini"_s;
    windowOptions.workFolder = m_dataFolder + u"/work"_s;
    windowOptions.firstRun = true;
    auto output = player::createVideoOutput();
    m_player = std::make_unique<player::Player>(output.get(), player::Player::Options{.audio = false, .fast = true});
    m_node = std::make_unique<node::LocalNode>(std::move(*config));
    m_window = std::make_unique<ui::MainWindow>(*m_node, *m_player, std::move(output), windowOptions);
    m_window->show();
    if (!QTest::qWaitForWindowExposed(m_window.get()))
        return false;
    return !tracker.isEmpty() || (says(u"whichStep"_s, u"1 of 4"_s) && type(u"trackerLink"_s, trackerLink) && click(u"next"_s) && says(u"whichStep"_s, u"2 of 4"_s));
}

/// From the wallet's page of the first run on, which goes on once there is a wallet.
bool Desk::endFirstRun()
{
    return click(u"next"_s) && says(u"whichStep"_s, u"3 of 4"_s) && click(u"next"_s) && says(u"whichStep"_s, u"4 of 4"_s) && click(u"Done"_s) && vanishes(u"firstRun"_s);
}

bool Desk::makeWallet(const QString& passphrase)
{
    return click(u"walletAction"_s) && type(u"passphrase"_s, passphrase) && type(u"passphraseAgain"_s, passphrase) && click(u"Make the wallet"_s) &&
           vanishes(u"keyDialog"_s) && endFirstRun();
}

QString Desk::writeDownWords(const QString& passphrase)
{
    if (!click(u"Back up…"_s) || (!passphrase.isEmpty() && !type(u"passphrase"_s, passphrase)) || !click(u"Show the words"_s))
        return {};
    QWidget* const shown = find(u"words"_s);
    QStringList words;
    for (const QLabel* label : shown ? shown->findChildren<QLabel*>() : QList<QLabel*>())
        words << label->text().section(u' ', 1);
    if (words.size() != 24)
        return {};
    QStringList swapped = words;
    swapped.swapItemsAt(2, words.size() - 1);
    const bool isChecked = click(u"I have written them down"_s) && typeWords(swapped.join(u' ')) && click(u"Check"_s) && QTest::qWaitFor([this] {
        const QWidget* hint = find(u"keyHint"_s);
        return hint && hint->property("role") == u"problem"_s;
    }, patience);
    return isChecked && typeWords(words.join(u' ')) && click(u"Check"_s) && vanishes(u"keyDialog"_s) ? words.join(u' ') : QString();
}

bool Desk::restoreWallet(const QString& words, const QString& passphrase)
{
    return click(u"restoreFirst"_s) && typeWords(words) && type(u"passphrase"_s, passphrase) && type(u"passphraseAgain"_s, passphrase) && click(u"Restore"_s) &&
           vanishes(u"keyDialog"_s) && endFirstRun();
}

bool Desk::typeWords(const QString& words)
{
    return type(u"typedWords"_s, words);
}

// ---- what a person does ----

bool Desk::turnTo(ui::MainWindow::Page page)
{
    if (!activate(m_window.get()))
        return false;
    QTest::keyClick(m_window.get(), static_cast<Qt::Key>(Qt::Key_1 + static_cast<int>(page)), Qt::ControlModifier);
    return QTest::qWaitFor([&] { return m_window->page() == page; }, patience);
}

bool Desk::lookIntoWallet()
{
    return turnTo(ui::MainWindow::Page::Home) && turnTo(ui::MainWindow::Page::Wallet);
}

bool Desk::drop(const QString& file)
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(file)});
    const QPoint at = m_window->rect().center();
    QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_window.get(), &enter);
    if (!enter.isAccepted())
        return false;
    QDropEvent drop(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_window.get(), &drop);
    return drop.isAccepted();
}

QWidget* Desk::find(const QString& name) const
{
    QWidget* found = nullptr;
    (void)QTest::qWaitFor([&] {
        for (QWidget* widget : QApplication::allWidgets()) {
            if (widget->isVisible() && isNamed(widget, name))
                found = widget;
        }
        return found != nullptr;
    }, patience);
    if (!found)
        qWarning("nobody sees %s", qPrintable(name));
    return found;
}

bool Desk::vanishes(const QString& name) const
{
    return QTest::qWaitFor([&] {
        const QWidgetList all = QApplication::allWidgets();
        return std::none_of(all.begin(), all.end(), [&](QWidget* widget) { return widget->isVisible() && isNamed(widget, name); });
    }, patience);
}

bool Desk::press(QWidget* widget, const QPoint& at)
{
    for (QWidget* outer = widget->parentWidget(); outer; outer = outer->parentWidget()) {
        if (auto* scroll = qobject_cast<QScrollArea*>(outer))
            scroll->ensureWidgetVisible(widget);
    }
    QWidget* const window = widget->window();
    const bool canBe = QTest::qWaitFor([&] { return widget->isEnabled() && window->windowHandle() && isOnTop(widget, at); }, patience) && activate(window);
    if (canBe)
        QTest::mouseClick(window->windowHandle(), Qt::LeftButton, Qt::NoModifier, widget->mapTo(window, at));
    else
        qWarning("%s can't be clicked", qPrintable(widget->objectName()));
    return canBe;
}

bool Desk::click(const QString& name)
{
    QWidget* const widget = find(name);
    return widget && press(widget, widget->rect().center());
}

bool Desk::type(const QString& field, const QString& text)
{
    QWidget* const widget = find(field);
    if (!widget || !press(widget, widget->rect().center()) || QApplication::focusWidget() != widget)
        return false;
    QTest::keyClick(widget, Qt::Key_A, Qt::ControlModifier);
    if (text.isEmpty())
        QTest::keyClick(widget, Qt::Key_Delete);
    QTest::keyClicks(widget, text);
    return true;
}

QString Desk::text(const QString& name) const
{
    const QWidget* widget = find(name);
    return widget ? textOf(widget) : QString();
}

bool Desk::says(const QString& name, const QString& text) const
{
    QString last;
    const bool said = QTest::qWaitFor([&] { return (last = this->text(name)).contains(text); }, patience);
    if (!said)
        qWarning("%s says “%s”, not “%s”", qPrintable(name), qPrintable(last), qPrintable(text));
    return said;
}

QString Desk::copied(const QString& button)
{
    QApplication::clipboard()->clear();
    return click(button) ? QApplication::clipboard()->text() : QString();
}

QList<QStringList> Desk::rows(const QString& table) const
{
    QList<QStringList> rows;
    const auto* view = qobject_cast<QTableView*>(find(table));
    for (int row = 0; view && row < view->model()->rowCount(); ++row) {
        QStringList& cells = rows.emplace_back();
        for (int column = 0; column < view->model()->columnCount(); ++column)
            cells << view->model()->index(row, column).data().toString().trimmed();
    }
    return rows;
}

bool Desk::clickRow(const QString& table, int row)
{
    auto* view = qobject_cast<QTableView*>(find(table));
    if (!view || row < 0 || row >= view->model()->rowCount())
        return false;
    const QModelIndex index = view->model()->index(row, 0);
    view->scrollTo(index);
    const QPoint at = view->visualRect(index).center();
    return press(view->viewport(), at);
}

// ---- what is true outside ----

QString inTokens(qint64 microtokens)
{
    return ui::formatTokens(base::Tokens(microtokens));
}

namespace
{

/// The sum over the accounts in which this field says so.
qint64 booked(app::PrivateNetwork& network, const QString& field, const QString& value)
{
    const auto accounts = network.accounts();
    if (!accounts || accounts->value(u"check"_s) != u"ok"_s)
        return -1;
    qint64 sum = 0;
    for (const QJsonValue& each : accounts->value(u"accounts"_s).toArray())
        sum += each.toObject().value(field) == value ? each.toObject().value(u"balance"_s).toInteger() : 0;
    return sum;
}

} // namespace

qint64 sumOf(app::PrivateNetwork& network, const QString& kind)
{
    return booked(network, u"kind"_s, kind);
}

qint64 balanceOf(app::PrivateNetwork& network, const QString& address)
{
    return booked(network, u"address"_s, address);
}

bool makeFilm(const QString& file, int seconds)
{
    const QString options = u"-nostdin -v error -y -f lavfi -i testsrc2=size=320x180:rate=25:duration=%1 -f lavfi -i "
                            "sine=frequency=440:duration=%1 -c:v libx264 -preset ultrafast -g 50 -pix_fmt yuv420p -c:a aac"_s.arg(seconds);
    return app::runToEnd(u"ffmpeg"_s, options.split(u' ') + QStringList{file}, patience).has_value();
}

} // namespace mutoscope::tests
