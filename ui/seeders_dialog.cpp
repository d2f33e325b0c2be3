#include "ui/seeders_dialog.h"

#include <QGridLayout>
#include <QLabel>

#include "ui/format.h"
#include "ui/sentences.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int lettersWide = 64; ///< as wide as so many letters

} // namespace

SeedersDialog::SeedersDialog(node::Node& node, const node::FoundFilm& film, QWidget* parent) : QDialog(parent), m_content(film.content)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowModality(Qt::WindowModal);
    setObjectName(u"seedersDialog"_s);
    setWindowTitle(tr("Who seeds it"));
    auto* heading = new ElidedLabel(u"heading"_s);
    heading->setWhole(fromUtf8(film.title));
    m_state = makeParagraph(tr("The seeders are being asked …"), u"muted"_s);
    m_state->setObjectName(u"seedersState"_s);
    m_spinner = new Spinner(20);
    m_rows = new QGridLayout;
    m_rows->setHorizontalSpacing(24);
    m_rows->setVerticalSpacing(8);
    auto* close = new Button(tr("Close"), QString(), Button::Kind::Plain);
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 18);
    column->setSpacing(12);
    column->addWidget(heading);
    auto* state = new QHBoxLayout;
    state->setSpacing(8);
    state->addWidget(m_spinner);
    state->addWidget(m_state, 1);
    column->addLayout(state);
    column->addLayout(m_rows);
    column->addStretch(1);
    column->addWidget(close, 0, Qt::AlignRight);
    setMinimumWidth(lettersWide * fontMetrics().averageCharWidth());
    connect(&node, &node::Node::seedersChecked, this, &SeedersDialog::show);
    node.checkSeeders(m_content);
}

void SeedersDialog::show(const node::FilmHealth& health)
{
    if (health.content != m_content || m_spinner->isHidden())
        return; // of another film, or asked for once more by somebody else
    m_spinner->hide();
    if (!health.problem.empty() || health.seeders.empty()) {
        m_state->setText(health.problem.empty() ? tr("Nobody seeds it just now.") : inLanguage(health.problem));
        setStyleProperty(m_state, "role", health.problem.empty() ? u"muted"_s : u"problem"_s);
        return;
    }
    m_state->setText(tr("Asked just now; an answer takes its connection, too."));
    int column = 0;
    for (const QString& name : {tr("Seeder"), tr("Tokens for each MiB"), tr("Has"), tr("Answer")})
        m_rows->addWidget(makeLabel(name, u"caption"_s), 0, column++);
    int row = 0;
    for (const node::SeederHealth& seeder : health.seeders) {
        ++row;
        m_rows->addWidget(makeLabel(fromUtf8(seeder.name), u"mono"_s), row, 0);
        m_rows->addWidget(makeLabel(formatTokens(seeder.pricePerMiB), QString()), row, 1);
        m_rows->addWidget(makeLabel(seeder.complete ? tr("all of it") : tr("a part"), QString()), row, 2);
        m_rows->addWidget(makeLabel(seeder.answeredMs ? tr("%1 ms").arg(*seeder.answeredMs) : tr("none"), seeder.answeredMs ? u"good"_s : u"problem"_s), row, 3);
    }
}

} // namespace mutoscope::ui
