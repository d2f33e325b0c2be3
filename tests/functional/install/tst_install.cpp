#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

/// What `cmake --install` leaves behind is something that a desktop can offer and give links to.
class TestInstall : public QObject
{
    Q_OBJECT

    QTemporaryDir m_prefix;

    [[nodiscard]] QString installed(const QString& path) const { return m_prefix.filePath(path); }

    /// What it said; empty where it went well.
    static QString complaint(const QString& program, const QStringList& arguments)
    {
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(program, arguments);
        if (!process.waitForStarted())
            return program + u" is missing"_s;
        if (!process.waitForFinished(60'000))
            return program + u" does not end"_s;
        const QString said = QString::fromUtf8(process.readAll());
        return process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0 ? QString() : said + u" (failed)"_s;
    }

private Q_SLOTS:
    void initTestCase()
    {
        const QString build = QFileInfo(qEnvironmentVariable("MUTOSCOPE_BIN_DIR")).path();
        const QString said = complaint(u"cmake"_s, {u"--install"_s, build, u"--prefix"_s, m_prefix.path()});
        QVERIFY2(said.isEmpty(), qPrintable(said));
    }
    void allOfItIsThere_data()
    {
        QTest::addColumn<QString>("file");
        for (const char* file : {"bin/mutoscope", "bin/mutoscope-node", "bin/mutoscope-tracker", "share/applications/mutoscope.desktop",
                                 "share/metainfo/io.mutoscope.mutoscope.metainfo.xml", "share/man/man1/mutoscope.1", "share/man/man1/mutoscope-node.1",
                                 "share/man/man1/mutoscope-tracker.1", "share/bash-completion/completions/mutoscope-node", "share/icons/hicolor/scalable/apps/mutoscope.svg"})
            QTest::newRow(file) << QString::fromLatin1(file);
    }
    void allOfItIsThere()
    {
        QFETCH(QString, file);
        const QFileInfo info(installed(file));
        QVERIFY(info.isFile() && info.size() > 0);
        QCOMPARE(info.isExecutable(), file.startsWith(u"bin/"_s));
    }
    void theDesktopFileIsValid()
    {
        const QString file = installed(u"share/applications/mutoscope.desktop"_s);
        const QString said = complaint(u"desktop-file-validate"_s, {u"--no-hints"_s, file});
        QVERIFY2(said.isEmpty(), qPrintable(said));
        QFile entry(file);
        QVERIFY(entry.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(entry.readAll());
        QVERIFY(text.contains(u"\nMimeType=x-scheme-handler/mutoscope;\n"_s));
        QVERIFY(text.contains(u"\nExec=mutoscope %u\n"_s));
        QVERIFY(text.contains(u"\nIcon=mutoscope\n"_s));
    }
    void theMetainfoIsValid()
    {
        const QString said = complaint(u"appstreamcli"_s, {u"validate"_s, u"--no-net"_s, u"--strict"_s,
                                                           installed(u"share/metainfo/io.mutoscope.mutoscope.metainfo.xml"_s)});
        QVERIFY2(said.isEmpty(), qPrintable(said));
    }
    void everyOptionIsInTheManual_data()
    {
        QTest::addColumn<QString>("program");
        for (const char* program : {"mutoscope", "mutoscope-node", "mutoscope-tracker"})
            QTest::newRow(program) << QString::fromLatin1(program);
    }
    void everyOptionIsInTheManual()
    {
        QFETCH(QString, program);
        const QString page = installed(u"share/man/man1/"_s + program + u".1"_s);
        const QString said = complaint(u"groff"_s, {u"-man"_s, u"-Kutf8"_s, u"-Tutf8"_s, u"-ww"_s, u"-z"_s, page});
        QVERIFY2(said.isEmpty(), qPrintable(said));
        QFile file(page);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(file.readAll()).replace(u"\\-"_s, u"-"_s);
        QProcess help;
        help.start(installed(u"bin/"_s + program), {u"--help"_s});
        QVERIFY(help.waitForFinished(60'000));
        static const QRegularExpression option(u"--[a-z][a-z-]+"_s);
        int count = 0;
        for (auto it = option.globalMatch(QString::fromUtf8(help.readAllStandardOutput())); it.hasNext(); ++count) {
            const QString name = it.next().captured();
            QVERIFY2(text.contains(name) || name == u"--help-all" || name == u"--help" || name == u"--version", qPrintable(name));
        }
        QVERIFY(count > 10);
    }
    /// As Bash would do it.
    void commandsAreCompleted_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("offered");
        QTest::newRow("commands") << u"pub"_s << u"publish"_s;
        QTest::newRow("second words") << u"wallet top"_s << u"top-up"_s;
        QTest::newRow("behind options") << u"--data /tmp --no-relay permit m"_s << u"make"_s;
        QTest::newRow("options of a command") << u"seed rules --sch"_s << u"--schedule"_s;
        QTest::newRow("options of the node") << u"--pass"_s << u"--passphrase-file"_s;
        QTest::newRow("nothing behind a value") << u"--network p"_s << QString();
    }
    void commandsAreCompleted()
    {
        QFETCH(QString, line);
        QFETCH(QString, offered);
        const QString script = u"source '%1'; COMP_WORDS=(mutoscope-node %2); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _mutoscope_node; echo \"${COMPREPLY[*]}\""_s
                                   .arg(installed(u"share/bash-completion/completions/mutoscope-node"_s), line);
        QProcess bash;
        bash.start(u"bash"_s, {u"-c"_s, script});
        QVERIFY(bash.waitForFinished(60'000));
        QCOMPARE(bash.readAllStandardError(), QByteArray());
        QCOMPARE(QString::fromUtf8(bash.readAllStandardOutput()).trimmed(), offered);
    }
    /// Nor does what is built look for libraries where somebody stands.
    void noLibraryComesFromElsewhere()
    {
        for (const QString& folder : {installed(u"bin"_s), qEnvironmentVariable("MUTOSCOPE_BIN_DIR")}) {
            for (const auto& name : {u"mutoscope"_s, u"mutoscope-node"_s, u"mutoscope-tracker"_s}) {
                QProcess dump;
                dump.start(u"readelf"_s, {u"-dW"_s, folder + u'/' + name});
                QVERIFY(dump.waitForFinished(60'000));
                const QByteArray said = dump.readAllStandardOutput();
                QVERIFY(said.contains("(NEEDED)"));
                QVERIFY2(!said.contains("(RUNPATH)") && !said.contains("(RPATH)"), qPrintable(name));
            }
        }
    }
    void whatWasInstalledStarts()
    {
        for (const auto& name : {u"mutoscope"_s, u"mutoscope-node"_s}) {
            const QString said = complaint(installed(u"bin/"_s + name), {u"--version"_s});
            QVERIFY2(said.isEmpty(), qPrintable(said));
        }
    }
};

QTEST_GUILESS_MAIN(TestInstall)
#include "tst_install.moc"
