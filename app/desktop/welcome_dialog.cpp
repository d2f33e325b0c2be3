#include "app/desktop/welcome_dialog.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

#include "p2p/discovery/content_link.h"
#include "p2p/net/endpoint.h"
#include "ui/theme.h"
#include "ui/widgets.h"

namespace mutoscope::app
{

using namespace Qt::StringLiterals;

namespace
{

constexpr int dialogWidth = 480;

/// The tracker that a link of either kind names; empty if none does.
QString trackerIn(const QString& text)
{
    const std::string link = text.trimmed().toStdString();
    if (const auto tracker = net::parseTrackerLink(link))
        return QString::fromStdString(net::toString(*tracker));
    if (const auto film = discovery::parseContentLink(link); film && film->tracker)
        return QString::fromStdString(net::toString(*film->tracker));
    return {};
}

} // namespace

WelcomeDialog::WelcomeDialog(Try tryHere, QWidget* parent) : QDialog(parent)
{
    ui::prepareApplication();
    const bool dark = ui::systemIsDark();
    ui::markScheme(this, dark);
    setPalette(ui::themePalette(dark));
    setStyleSheet(ui::themeStyleSheet(dark, font()));
    setWindowIcon(ui::applicationIcon());
    setWindowTitle(tr("Welcome to Mutoscope"));
    setMinimumWidth(dialogWidth);

    m_link = new QLineEdit;
    m_link->setObjectName(u"trackerLink"_s);
    m_link->setAccessibleName(tr("Link of a tracker or of a film"));
    m_link->setPlaceholderText(u"https://…  mutoscope:…"_s);
    m_problem = ui::makeParagraph(QString(), u"warning"_s);
    m_problem->hide();
    m_go = new ui::Button(tr("Continue"), {}, ui::Button::Kind::Primary);
    m_go->setDefault(true);
    m_go->setEnabled(false);
    auto* quit = new ui::Button(tr("Quit"), {}, ui::Button::Kind::Quiet);

    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(24, 20, 24, 20);
    all->setSpacing(12);
    all->addWidget(ui::makeLabel(tr("Where is your account?"), u"title"_s));
    all->addWidget(ui::makeParagraph(tr("A wallet tracker keeps the tokens that you pay for films with, and those that you earn by seeding. Whoever "
                                        "runs one gives you its link; a film's link often names one, too."),
                                     u"muted"_s));
    all->addWidget(m_link);
    all->addWidget(m_problem);
    all->addWidget(ui::makeParagraph(tr("Seeders and viewers that you connect to see your network address."), u"caption"_s));
    auto* buttons = new QHBoxLayout;
    if (tryHere) {
        auto* here = new ui::Button(tr("Try it here with a film…"), {}, ui::Button::Kind::Plain);
        here->setObjectName(u"tryHere"_s);
        here->setToolTip(tr("A tracker, a seeder and a player on this machine, and nothing that leaves it"));
        connect(here, &QPushButton::clicked, this, [this, tryHere = std::move(tryHere)] { chooseFilm(tryHere); });
        buttons->addWidget(here);
    }
    buttons->addStretch();
    buttons->addWidget(quit);
    buttons->addWidget(m_go);
    all->addLayout(buttons);

    connect(m_link, &QLineEdit::textChanged, this, &WelcomeDialog::read);
    connect(m_go, &QPushButton::clicked, this, &QDialog::accept);
    connect(quit, &QPushButton::clicked, this, &QDialog::reject);
}

void WelcomeDialog::read(const QString& text)
{
    m_tracker = trackerIn(text);
    m_go->setEnabled(!m_tracker.isEmpty());
    const bool wrong = m_tracker.isEmpty() && !text.trimmed().isEmpty();
    m_problem->setText(discovery::parseContentLink(text.trimmed().toStdString())
                           ? tr("This film's link names no tracker. Ask whoever gave it to you which one to use.")
                           : tr("This is neither a tracker's link (https://HOST:PORT/#key=…) nor a film's (mutoscope:…)."));
    m_problem->setVisible(wrong);
}

void WelcomeDialog::chooseFilm(const Try& tryHere)
{
    const QString film = QFileDialog::getOpenFileName(this, tr("A film to try it with"));
    if (film.isEmpty())
        return;
    if (tryHere(film))
        return reject(); // the trial has a window of its own
    m_problem->setText(tr("The private network can't be started: mutoscope-demo is not installed beside this program."));
    m_problem->show();
}

} // namespace mutoscope::app
