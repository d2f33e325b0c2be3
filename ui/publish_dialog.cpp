#include "ui/publish_dialog.h"

#include <utility>

#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QVBoxLayout>

#include "p2p/wire/amount.h"
#include "ui/format.h"
#include "ui/poster_choice.h"
#include "ui/sentences.h"
#include "ui/widgets.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{
namespace
{

constexpr int dialogWidth = 440;
constexpr int longestTitle = 200;
constexpr qsizetype longestDescription = 4'000; // bytes, as manifests have it
constexpr int progressSteps = 1000;
constexpr double packagingShare = 0.8; // of the whole progress; hashing and storing is the rest
constexpr base::Tokens usualPrice{10'000};
constexpr double soonestEstimate = 0.02;
constexpr std::int64_t soonestEstimateMs = 3'000;

/// The playlist that stands for all of an HLS folder; empty where none or several could.
QString playlistIn(const QDir& folder)
{
    const QStringList playlists = folder.entryList({u"*.m3u8"_s}, QDir::Files);
    for (const QString& name : {u"master.m3u8"_s, u"main.m3u8"_s, u"index.m3u8"_s}) {
        if (playlists.contains(name))
            return folder.filePath(name);
    }
    return playlists.size() == 1 ? folder.filePath(playlists.first()) : QString();
}

} // namespace

PublishDialog::PublishDialog(node::Node& node, const base::Clock& clock, std::unique_ptr<FilmPackager> packager, const QString& file,
                             const QString& workFolder, QWidget* parent)
    : QDialog(parent), m_node(node), m_packager(std::move(packager)), m_clock(clock), m_file(file), m_drafts(workFolder.toStdString())
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowModality(Qt::WindowModal);
    setWindowTitle(tr("Publish a film"));
    build(file);

    connect(m_packager.get(), &FilmPackager::progressed, this, [this](double fraction) {
        if (m_step == Step::Packaging)
            progress(fraction * packagingShare);
    });
    connect(m_packager.get(), &FilmPackager::finished, this, &PublishDialog::takePackage);
    connect(&m_node, &node::Node::publishing, this, [this](double fraction) {
        if (m_step == Step::Publishing)
            progress(m_playlist.isEmpty() ? packagingShare + fraction * (1 - packagingShare) : fraction);
    });
    connect(&m_node, &node::Node::published, this, &PublishDialog::takeOutcome);
    const QFileInfo given(file);
    const bool isHls = given.suffix().compare(u"m3u8"_s, Qt::CaseInsensitive) == 0;
    if (given.isDir() || isHls) {
        m_playlist = isHls ? file : playlistIn(QDir(file));
        if (m_playlist.isEmpty())
            failWith(tr("There is no HLS playlist (.m3u8) in this folder, or none that stands for all."));
        else
            goTo(Step::Asking);
        return;
    }
    probe();
}

PublishDialog::PublishDialog(node::Node& node, const base::Clock& clock, std::unique_ptr<FilmPackager> packager, const node::Draft& draft,
                             const QString& workFolder, QWidget* parent)
    : PublishDialog(node, clock, std::move(packager), fromUtf8(draft.file), workFolder, parent)
{
    goOn(draft);
}

PublishDialog::~PublishDialog() = default;

void PublishDialog::probe()
{
    goTo(Step::Probing);
    m_packager->probe(m_file, [this](const player::Result<player::MediaInfo>& result) { takeProbe(result); });
}

/// With what was asked for then, from where it stopped.
void PublishDialog::goOn(const node::Draft& draft)
{
    auto work = m_drafts.take(draft);
    if (!work)
        return failWith(fromUtf8(work.error().message));
    m_work = std::move(*work);
    m_title->setText(fromUtf8(draft.title));
    m_description->setPlainText(fromUtf8(draft.description));
    m_price->setAmount(draft.pricePerMiB);
    m_access->setCurrentIndex(m_access->findData(static_cast<int>(draft.access)));
    m_poster->setChosen(fromUtf8(draft.poster), draft.posterMs ? std::optional(std::chrono::milliseconds(*draft.posterMs)) : std::nullopt);
    if (!m_work->draft().playlist.empty())
        package(); // which needs no look into the file any more
}

void PublishDialog::build(const QString& file)
{
    m_fileLine = new ElidedLabel(u"muted"_s, Ground::Page, Qt::ElideMiddle);
    m_fileLine->setWhole(QFileInfo(file).fileName());

    m_title = new QLineEdit(QFileInfo(file).completeBaseName());
    m_title->setObjectName(u"title"_s);
    m_title->setAccessibleName(tr("Title"));
    m_title->setMaxLength(longestTitle);
    m_description = new QPlainTextEdit;
    m_description->setObjectName(u"description"_s);
    m_description->setAccessibleName(tr("Description"));
    m_description->setPlaceholderText(tr("What it is about (may be empty)"));
    m_description->setTabChangesFocus(true);
    m_description->setFixedHeight(4 * fontMetrics().lineSpacing());
    m_price = new TokenField(tr("Price for each MiB, in tokens"));
    m_price->setObjectName(u"price"_s);
    m_price->setAlignment(Qt::AlignLeft);
    m_price->setAmount(usualPrice);
    m_estimate = makeParagraph(QString(), u"caption"_s);
    m_access = new QComboBox;
    m_access->setObjectName(u"access"_s);
    m_access->setAccessibleName(tr("Who may watch"));
    m_access->addItem(tr("Everybody who pays"), static_cast<int>(wire::Access::Open));
    m_access->addItem(tr("Those to whom I give a permit"), static_cast<int>(wire::Access::Permit));
    m_access->setItemData(1, tr("The film is encrypted: even those who seed it can't watch it without a permit."), Qt::ToolTipRole);
    m_transcoding = makeParagraph(QString(), u"warning"_s);
    m_transcoding->hide();
    m_poster = new PosterChoice(*m_packager);
    m_form = new QWidget;
    auto* form = new QVBoxLayout(m_form);
    form->setContentsMargins(0, 0, 0, 0);
    form->setSpacing(6);
    form->addWidget(makeLabel(tr("Title"), u"caption"_s));
    form->addWidget(m_title);
    form->addSpacing(4);
    form->addWidget(makeLabel(tr("Description"), u"caption"_s));
    form->addWidget(m_description);
    form->addSpacing(4);
    form->addWidget(makeLabel(tr("Price for each MiB, in tokens"), u"caption"_s));
    form->addWidget(m_price);
    form->addWidget(m_estimate);
    form->addSpacing(4);
    form->addWidget(makeLabel(tr("Who may watch"), u"caption"_s));
    form->addWidget(m_access);
    form->addSpacing(4);
    form->addWidget(makeLabel(tr("Poster"), u"caption"_s));
    form->addWidget(m_poster);
    form->addWidget(m_transcoding);

    m_status = makeParagraph(QString(), u"muted"_s);
    m_status->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_progress = new QProgressBar;
    m_progress->setAccessibleName(tr("Progress"));
    m_progress->setRange(0, progressSteps);
    m_progress->setTextVisible(false);
    m_spinner = new Spinner(20);
    m_close = new Button(tr("Cancel"), QString(), Button::Kind::Quiet);
    m_go = new Button(tr("Publish"), QString(), Button::Kind::Primary);
    m_go->setObjectName(u"go"_s);
    m_go->setDefault(true);

    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_spinner);
    buttons->addStretch();
    buttons->addWidget(m_close);
    buttons->addWidget(m_go);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(8);
    QLabel* heading = makeLabel(tr("Publish a film"), u"heading"_s);
    heading->setMinimumWidth(dialogWidth);
    column->addWidget(heading);
    column->addWidget(m_fileLine);
    column->addWidget(m_form);
    column->addWidget(m_status);
    column->addWidget(m_progress);
    column->addStretch();
    column->addSpacing(6);
    column->addLayout(buttons);

    connect(m_title, &QLineEdit::textChanged, this, &PublishDialog::judge);
    connect(m_description, &QPlainTextEdit::textChanged, this, &PublishDialog::judge);
    connect(m_price, &QLineEdit::textChanged, this, &PublishDialog::judge);
    connect(m_close, &QPushButton::clicked, this, &PublishDialog::reject);
    connect(m_go, &QPushButton::clicked, this, [this] {
        if (m_step == Step::Done)
            copyText(m_link, m_go);
        else
            package();
    });
}

void PublishDialog::goTo(Step step)
{
    m_step = step;
    const bool working = step == Step::Probing || step == Step::Packaging || step == Step::Publishing || step == Step::Cancelling;
    m_form->setVisible(step == Step::Asking);
    m_status->setVisible(step != Step::Asking);
    m_progress->setVisible(step == Step::Packaging || step == Step::Publishing);
    m_spinner->setVisible(working);
    m_go->setVisible(step == Step::Asking || step == Step::Done);
    const bool canGoOn = m_work && (step == Step::Packaging || step == Step::Publishing);
    m_close->setText(step == Step::Done || step == Step::Failed ? tr("Close") : canGoOn ? tr("Stop") : tr("Cancel"));
    m_close->setToolTip(canGoOn ? tr("It can go on later, from the Seeding page") : QString());
    m_close->setEnabled(step != Step::Cancelling);
    m_close->setAccessibleName(m_close->text());
    setStyleProperty(m_status, "role", step == Step::Failed ? u"problem"_s : u"muted"_s);
    switch (step) {
    case Step::Probing:
        m_status->setText(tr("Looking into the file …"));
        break;
    case Step::Asking:
        judge();
        m_title->setFocus();
        m_title->selectAll();
        break;
    case Step::Packaging:
        m_status->setText(tr("Cutting the film into segments …"));
        break;
    case Step::Publishing:
        m_status->setText(tr("Storing and signing …"));
        break;
    case Step::Cancelling:
        m_status->setText(m_work ? tr("Stopping …") : tr("Cancelling …"));
        break;
    case Step::Done:
        m_status->setText(access() == wire::Access::Open ? tr("Published. Whoever has the link can watch it.")
                                                         : tr("Published. On the Seeding page you make permits for those who may watch it."));
        m_go->setText(tr("Copy link"));
        m_go->setAccessibleName(m_go->text());
        m_go->setFocus();
        break;
    case Step::Failed:
        break;
    }
    resize(sizeHint()); // adjustSize() leaves no more than two thirds of a low screen, and clips the form
}

wire::Access PublishDialog::access() const
{
    return static_cast<wire::Access>(m_access->currentData().toInt());
}

void PublishDialog::judge()
{
    const auto price = m_price->amount();
    m_go->setEnabled((m_plan || !m_playlist.isEmpty()) && price && !m_title->text().trimmed().isEmpty() &&
                     m_description->toPlainText().toUtf8().size() <= longestDescription);
    QString estimate = price ? QString() : tr("An amount has digits and at most six decimals.");
    if (price && m_plan) {
        const auto whole = wire::amountDue(base::ByteCount(m_plan->bytes), *price);
        estimate = whole ? tr("%1, so about %2 tokens for all of it.")
                               .arg(formatTime(m_plan->duration.count()), formatTokens(*whole))
                         : tr("That is more than anybody has.");
    }
    m_estimate->setText(estimate);
}

void PublishDialog::takeProbe(const player::Result<player::MediaInfo>& result)
{
    if (!result) {
        failWith(result.error().sentence);
        return;
    }
    m_plan = *result;
    m_fileLine->setWhole(
        tr("%1 · %2").arg(QFileInfo(m_plan->file).fileName(), formatBytes(base::ByteCount(m_plan->bytes))));
    m_transcoding->setText(m_plan->transcoding);
    m_transcoding->setVisible(!m_plan->transcoding.isEmpty());
    if (m_work)
        return package(); // it was asked before
    m_poster->setFilm(*m_plan);
    goTo(Step::Asking);
}

/// Of all of it, 0 … 1; how long it takes from what it took so far.
void PublishDialog::progress(double fraction)
{
    m_progress->setValue(static_cast<int>(fraction * progressSteps));
    const std::int64_t elapsed = (m_clock.now() - m_began).value();
    if (fraction < soonestEstimate || elapsed < soonestEstimateMs)
        return;
    const auto left = static_cast<std::int64_t>(static_cast<double>(elapsed) * (1 - fraction) / fraction);
    const QString what = m_step == Step::Packaging ? tr("Cutting the film into segments …") : tr("Storing and signing …");
    m_status->setText(what + u' ' + tr("about %1 left").arg(formatTime(left)));
}

/// What is asked for becomes durable; a draft that was packaged before goes on there.
bool PublishDialog::beginDraft()
{
    node::Draft draft;
    draft.file = QFileInfo(m_file).absoluteFilePath().toStdString();
    draft.title = m_title->text().trimmed().toStdString();
    draft.description = m_description->toPlainText().trimmed().toStdString();
    draft.pricePerMiB = m_price->amount().value_or(usualPrice);
    draft.access = access();
    draft.poster = m_poster->file().toStdString();
    if (const auto at = m_poster->at(); at && draft.poster.empty())
        draft.posterMs = at->count();
    node::describeFile(draft);
    auto work = m_drafts.begin(draft);
    if (!work)
        failWith(tr("It can't be packaged: %1").arg(fromUtf8(work.error().message)));
    else
        m_work = std::move(*work);
    return work.has_value();
}

void PublishDialog::package()
{
    m_began = m_clock.now();
    if (!m_playlist.isEmpty())
        return publish(m_playlist, QString());
    if (!m_work && !beginDraft())
        return;
    if (const node::Draft& draft = m_work->draft(); !draft.playlist.empty())
        return publish(fromUtf8(draft.playlist), fromUtf8(draft.packagedPoster));
    m_progress->setValue(0);
    goTo(Step::Packaging);
    m_plan->posterAt = m_poster->at();
    m_packager->start(*m_plan, QString::fromStdString(m_work->packageFolder().string()));
}

void PublishDialog::takePackage(const player::Result<player::PackagedHls>& result)
{
    if (m_step != Step::Packaging)
        return;
    if (!result) {
        if (result.error().kind != player::PackagerErrorKind::Cancelled)
            failWith(result.error().sentence);
        return;
    }
    if (const auto kept = m_work->setPackaged(result->playlist.toStdString(), result->poster.toStdString()); !kept)
        return failWith(fromUtf8(kept.error().message));
    publish(result->playlist, result->poster);
}

void PublishDialog::publish(const QString& playlist, const QString& poster)
{
    goTo(Step::Publishing);
    node::Publication publication;
    publication.playlist = playlist.toStdString();
    publication.poster = (m_poster->file().isEmpty() ? poster : m_poster->file()).toStdString();
    publication.title = m_title->text().trimmed().toStdString();
    publication.description = m_description->toPlainText().trimmed().toStdString();
    publication.pricePerMiB = m_price->amount().value_or(usualPrice);
    publication.access = access();
    m_node.publish(publication);
}

void PublishDialog::takeOutcome(const QString& link, const QString& problem)
{
    if (m_step == Step::Cancelling && link.isEmpty()) {
        m_step = Step::Failed;
        return reject();
    }
    if (m_step != Step::Publishing && m_step != Step::Cancelling)
        return;
    if (link.isEmpty()) {
        failWith(inLanguage(problem));
        return;
    }
    if (m_work)
        std::exchange(m_work, nullptr)->remove();
    m_link = link;
    goTo(Step::Done);
}

void PublishDialog::failWith(const QString& sentence)
{
    // What is packaged as a whole needs not to be so again, once there is room on the disk, for instance.
    if (m_work && m_work->draft().playlist.empty())
        m_work->remove();
    m_work.reset();
    goTo(Step::Failed);
    m_status->setText(sentence);
    adjustSize();
}

void PublishDialog::reject()
{
    if (m_step == Step::Packaging) {
        m_step = Step::Failed;
        m_packager->cancel();
    }
    if (m_step == Step::Publishing) {
        goTo(Step::Cancelling); // the node reads the folder until published() comes
        m_node.cancelPublishing();
    }
    if (m_step == Step::Cancelling)
        return;
    QDialog::reject();
}

} // namespace mutoscope::ui
