#include "ui/permit_dialog.h"

#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSaveFile>
#include <QStandardPaths>
#include <QVBoxLayout>

#include "p2p/wire/permit.h"
#include "ui/format.h"
#include "ui/sentences.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int dialogWidth = 460;
constexpr std::int64_t day = std::int64_t(24) * 60 * 60 * 1000;
constexpr int usualTime = 2; ///< of those that are offered

} // namespace

PermitDialog::PermitDialog(node::Node& node, const base::Clock& clock, const node::SeededTitle& film, QWidget* parent)
    : QDialog(parent), m_node(node), m_clock(clock), m_content(film.content), m_title(fromUtf8(film.title))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowModality(Qt::WindowModal);
    setObjectName(u"permitDialog"_s);
    setWindowTitle(tr("Permits for a film"));
    auto* heading = new ElidedLabel(u"heading"_s);
    heading->setWhole(m_title);
    heading->setMinimumWidth(dialogWidth);
    auto* copyFilm = new Button(tr("Copy the film's link"), u"link"_s, Button::Kind::Plain);
    copyFilm->setObjectName(u"copyFilmLink"_s);
    auto* close = new Button(tr("Close"), QString(), Button::Kind::Quiet);
    m_go = new Button(tr("Make a permit"), u"key"_s, Button::Kind::Primary);
    m_go->setObjectName(u"go"_s);
    m_go->setDefault(true);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 18);
    column->setSpacing(12);
    column->addWidget(heading);
    column->addWidget(makeParagraph(tr("Only those who have a permit can watch it. Each permit is for one viewer, who finds the key that you need "
                                       "here on the screen when opening the film."),
                                    u"muted"_s));
    column->addWidget(makeForm());
    column->addWidget(makeOutcome());
    column->addStretch();
    auto* row = new QHBoxLayout;
    row->addWidget(copyFilm);
    row->addStretch(1);
    row->addWidget(close);
    row->addWidget(m_go);
    column->addLayout(row);
    connect(copyFilm, &QPushButton::clicked, this, [copyFilm, link = fromUtf8(film.link)] { copyText(link, copyFilm); });
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_go, &QPushButton::clicked, this, &PermitDialog::make);
    connect(&m_node, &node::Node::permitMade, this, [this](const base::ContentId& content, const QString& link, const QString& problem) {
        if (content == m_content && std::exchange(m_waits, false))
            take(link, problem);
    });
    judge();
}

QWidget* PermitDialog::makeForm()
{
    m_key = new QLineEdit;
    m_key->setObjectName(u"viewerKey"_s);
    m_key->setAccessibleName(tr("The viewer's key"));
    m_key->setMaxLength(200);
    m_time = new QComboBox;
    m_time->setObjectName(u"permitTime"_s);
    m_time->setAccessibleName(tr("For how long"));
    for (const auto& [days, name] : {std::pair{1, tr("For a day")}, {7, tr("For a week")}, {30, tr("For 30 days")}, {365, tr("For a year")}})
        m_time->addItem(name, days);
    m_time->setCurrentIndex(usualTime);
    m_hint = makeParagraph(QString(), u"caption"_s);
    m_hint->setObjectName(u"permitHint"_s);
    auto* form = new QWidget;
    auto* column = new QVBoxLayout(form);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(makeLabel(tr("The viewer's key"), u"caption"_s));
    column->addWidget(m_key);
    column->addSpacing(4);
    column->addWidget(makeLabel(tr("For how long"), u"caption"_s));
    column->addWidget(m_time);
    column->addWidget(m_hint);
    connect(m_key, &QLineEdit::textChanged, this, &PermitDialog::judge);
    connect(m_time, &QComboBox::currentIndexChanged, this, &PermitDialog::judge);
    return form;
}

QWidget* PermitDialog::makeOutcome()
{
    m_outcome = new QWidget;
    m_link = new QLineEdit;
    m_link->setObjectName(u"permitLink"_s);
    m_link->setReadOnly(true);
    m_link->setAccessibleName(tr("The film's link with the permit"));
    auto* copy = new Button(tr("Copy"), u"copy"_s, Button::Kind::Plain);
    copy->setObjectName(u"copyPermit"_s);
    copy->setAccessibleName(tr("Copy the link with the permit"));
    auto* file = new Button(tr("Save…"), QString(), Button::Kind::Plain);
    file->setObjectName(u"savePermit"_s);
    file->setAccessibleName(tr("Save the link with the permit in a file"));
    auto* column = new QVBoxLayout(m_outcome);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(makeParagraph(tr("Send this link, or a file with it, to the viewer. Nobody else can use it."), u"muted"_s));
    auto* row = new QHBoxLayout;
    row->addWidget(m_link, 1);
    row->addWidget(copy);
    row->addWidget(file);
    column->addLayout(row);
    m_outcome->hide();
    connect(copy, &QPushButton::clicked, this, [this, copy] { copyText(m_link->text(), copy); });
    connect(file, &QPushButton::clicked, this, &PermitDialog::save);
    return m_outcome;
}

base::UnixMs PermitDialog::expires() const
{
    return m_clock.now() + base::UnixMs(m_time->currentData().toInt() * day);
}

void PermitDialog::judge()
{
    const bool isKey = wire::keyFromText(m_key->text().toStdString()).has_value();
    const bool isWrong = !isKey && !m_key->text().trimmed().isEmpty();
    m_go->setEnabled(isKey && !m_waits);
    m_hint->setText(isWrong ? tr("This is no key: one has 43 letters, digits, - and _.") : tr("It ends on %1.").arg(formatMoment(expires())));
    setStyleProperty(m_hint, "role", isWrong ? u"warning"_s : u"caption"_s);
}

void PermitDialog::make()
{
    const auto key = wire::keyFromText(m_key->text().toStdString());
    if (!key || m_waits)
        return;
    m_waits = true;
    judge();
    m_node.makePermit(m_content, *key, expires());
}

void PermitDialog::take(const QString& link, const QString& problem)
{
    judge();
    m_outcome->setVisible(!link.isEmpty());
    m_link->setText(link);
    m_link->setCursorPosition(0);
    if (!problem.isEmpty()) {
        m_hint->setText(tr("There is no permit: %1.").arg(inLanguage(problem)));
        setStyleProperty(m_hint, "role", u"problem"_s);
    }
    adjustSize();
}

void PermitDialog::save()
{
    QString name = m_title;
    name.replace(u'/', u'-');
    auto* dialog = new QFileDialog(this, tr("Save a permit"), QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation) + u'/' + name + u".permit"_s,
                                   tr("Permits (*.permit)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"permit"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        QSaveFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(m_link->text().toUtf8() + '\n') < 0 || !file.commit()) {
            m_hint->setText(tr("The permit can't be written: %1.").arg(file.errorString()));
            setStyleProperty(m_hint, "role", u"problem"_s);
        }
    });
    dialog->open();
}

} // namespace mutoscope::ui
