#include <map>
#include <set>

#include <QDirIterator>
#include <QRegularExpression>
#include <QTest>

/// Holds the arrows of ARCHITECTURE.md: who may include whom.
class TestIncludes : public QObject
{
    Q_OBJECT

    QString m_root;

    /// What each folder may include of ours, beside itself.
    const std::map<QString, QSet<QString>> m_allowed = [] {
        const auto join = [](QSet<QString> set, const QSet<QString>& more) { return set.unite(more); };
        const QSet<QString> base{QStringLiteral("p2p/base")};
        const QSet<QString> crypto = join({QStringLiteral("p2p/crypto")}, base);
        const QSet<QString> wire = join({QStringLiteral("p2p/wire")}, crypto);
        const QSet<QString> net = join({QStringLiteral("p2p/net")}, crypto);
        const QSet<QString> content = join({QStringLiteral("p2p/content")}, wire);
        const QSet<QString> wallet = join(join({QStringLiteral("p2p/wallet")}, wire), net);
        const QSet<QString> finding = join({QStringLiteral("p2p/torrent")}, wallet);
        const QSet<QString> discovery = join({QStringLiteral("p2p/discovery")}, wallet);
        const QSet<QString> peer = join(discovery, content);
        const QSet<QString> viewer = join({QStringLiteral("p2p/viewer")}, peer);
        const QSet<QString> reach = join({QStringLiteral("p2p/reach")}, wallet);
        const QSet<QString> node = join(join({QStringLiteral("p2p/node"), QStringLiteral("p2p/seeder"), QStringLiteral("p2p/torrent")}, viewer), join(peer, reach));
        // The user interface sees the facade, the values in it, and nothing that acts.
        const QSet<QString> ui{QStringLiteral("p2p/node"), QStringLiteral("p2p/base"), QStringLiteral("p2p/wire"),
                               QStringLiteral("p2p/viewer"), QStringLiteral("player")};
        return std::map<QString, QSet<QString>>{
            {QStringLiteral("p2p/base"), {}},          {QStringLiteral("p2p/crypto"), base},    {QStringLiteral("p2p/wire"), crypto},
            {QStringLiteral("p2p/net"), crypto},       {QStringLiteral("p2p/content"), wire},   {QStringLiteral("p2p/wallet"), join(wire, net)},
            {QStringLiteral("p2p/reach"), wallet},     {QStringLiteral("p2p/torrent"), base},
            {QStringLiteral("p2p/discovery"), finding}, {QStringLiteral("p2p/viewer"), peer},    {QStringLiteral("p2p/seeder"), peer},
            {QStringLiteral("p2p/node"), node},        {QStringLiteral("p2p/control"), join({QStringLiteral("p2p/node")}, node)},
            {QStringLiteral("p2p/ledger"), wire},    {QStringLiteral("p2p/tracker"), join(join({QStringLiteral("p2p/ledger")}, wire), net)},
            {QStringLiteral("player"), {}},            {QStringLiteral("ui"), ui},
        };
    }();

    /// "p2p/net" of "p2p/net/http.h", "player" of "player/gst/x.h"; empty for what is not ours.
    static QString folderOf(const QString& path)
    {
        const QStringList parts = path.split(QLatin1Char('/'));
        if (parts.size() < 2)
            return {};
        if (parts[0] == u"p2p")
            return parts[0] + QLatin1Char('/') + parts[1];
        return parts[0] == u"player" || parts[0] == u"ui" || parts[0] == u"app" ? parts[0] : QString();
    }

    template <class Visit>
    void visitIncludes(Visit visit) const
    {
        static const QRegularExpression include(QStringLiteral("^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"]"), QRegularExpression::MultilineOption);
        for (const QString& top : {QStringLiteral("p2p"), QStringLiteral("player"), QStringLiteral("ui")}) {
            QDirIterator files(m_root + QLatin1Char('/') + top, {QStringLiteral("*.h"), QStringLiteral("*.cpp")}, QDir::Files, QDirIterator::Subdirectories);
            while (files.hasNext()) {
                QFile file(files.next());
                QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName()));
                const QString path = QDir(m_root).relativeFilePath(file.fileName());
                auto matches = include.globalMatch(QString::fromUtf8(file.readAll()));
                while (matches.hasNext()) {
                    const auto match = matches.next();
                    visit(path, match.captured(2), match.captured(1) == u"\"");
                }
            }
        }
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_root = qEnvironmentVariable("MUTOSCOPE_SOURCE_DIR");
        QVERIFY2(QFile::exists(m_root + QStringLiteral("/ARCHITECTURE.md")), "MUTOSCOPE_SOURCE_DIR is not set to the sources");
    }

    void arrowsPointDown()
    {
        QStringList wrong;
        int seen = 0;
        visitIncludes([&](const QString& path, const QString& included, bool quoted) {
            const QString from = folderOf(path);
            const QString to = folderOf(included);
            if (!quoted || to.isEmpty())
                return;
            ++seen;
            const auto allowed = m_allowed.find(from);
            if (from != to && (allowed == m_allowed.end() || !allowed->second.contains(to)))
                wrong << path + QStringLiteral(" includes ") + included;
        });
        QVERIFY(seen > 100);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }

    void foreignHeadersStayInTheirPlaces()
    {
        struct Rule {
            QRegularExpression header;
            QString where; ///< prefix of paths that may include it
        };
        const std::vector<Rule> rules{
            {QRegularExpression(QStringLiteral("^gst/")), QStringLiteral("player/gst/")},
            {QRegularExpression(QStringLiteral("^boost/")), QStringLiteral("p2p/net/")},
            {QRegularExpression(QStringLiteral("^libtorrent/")), QStringLiteral("p2p/torrent/")},
            {QRegularExpression(QStringLiteral("^sqlite3\\.h$")), QStringLiteral("p2p/ledger/")},
            {QRegularExpression(QStringLiteral("^libpq")), QStringLiteral("p2p/ledger/")},
            {QRegularExpression(QStringLiteral("^sodium")), QStringLiteral("p2p/crypto/")},
        };
        static const QRegularExpression gui(QStringLiteral("^Q(Widget|Application|GuiApplication|Window|Painter|Image|Pixmap|Video|Media|Icon|Color|Font)"));
        static const QRegularExpression sockets(QStringLiteral("^Q(Tcp|Udp|Ssl|LocalS|Network)"));
        QStringList wrong;
        visitIncludes([&](const QString& path, const QString& included, bool) {
            for (const Rule& rule : rules) {
                if (rule.header.match(included).hasMatch() && !path.startsWith(rule.where))
                    wrong << path + QStringLiteral(" includes ") + included;
            }
            if (path.startsWith(u"p2p/") && gui.match(included).hasMatch())
                wrong << path + QStringLiteral(" includes ") + included;
            if (path.startsWith(u"ui/") && sockets.match(included).hasMatch())
                wrong << path + QStringLiteral(" includes ") + included;
        });
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }

    void theClockIsReadInOneFile()
    {
        static const QRegularExpression clock(QStringLiteral("(system_clock|steady_clock|QDateTime::currentM|QDateTime::currentD|gettimeofday|clock_gettime|std::time\\()"));
        QStringList wrong;
        QDirIterator files(m_root + QStringLiteral("/p2p"), {QStringLiteral("*.h"), QStringLiteral("*.cpp")}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QString path = QDir(m_root).relativeFilePath(file.fileName());
            // The network's deadlines run on the I/O library's own timers.
            if (path != u"p2p/base/clock.cpp" && !path.startsWith(u"p2p/net/") && clock.match(QString::fromUtf8(file.readAll())).hasMatch())
                wrong << path;
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }
};

QTEST_GUILESS_MAIN(TestIncludes)
#include "tst_includes.moc"
