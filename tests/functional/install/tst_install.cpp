#include <QDir>
#include <QFileInfo>
#include <QProcess>
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
                                 "share/metainfo/io.mutoscope.mutoscope.metainfo.xml", "share/icons/hicolor/scalable/apps/mutoscope.svg"})
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
