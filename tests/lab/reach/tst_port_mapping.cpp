#include <QStandardPaths>
#include <QTest>

#include "tests/lab/reach/programs.h"

using namespace mutoscope::test;

/// Routers that pass a port on when they are asked: Debian's miniupnpd.
class TestPortMapping : public QObject
{
    Q_OBJECT

    /// miniupnpd on Alice's router.
    struct PortMapper {
        explicit PortMapper(const Network& network)
        {
            QFile file(network.folder.filePath(u"miniupnpd.conf"_s));
            if (!file.open(QIODevice::WriteOnly))
                qFatal("no configuration");
            file.write(QByteArray::fromStdString(
                network.homes.lab.portMapperSettings("net", "lan10", network.folder.filePath(u"leases"_s).toStdString())));
            file.close();
            QStringList words;
            for (const std::string& word : network.homes.lab.prefix("router-a"))
                words << QString::fromStdString(word);
            words << program() << u"-d"_s << u"-f"_s << file.fileName() << u"-P"_s << network.folder.filePath(u"miniupnpd.pid"_s);
            m_process.setProcessChannelMode(QProcess::MergedChannels);
            m_process.start(words.takeFirst(), words);
            if (!m_process.waitForStarted())
                qFatal("miniupnpd does not start");
        }
        ~PortMapper()
        {
            m_process.terminate();
            if (!m_process.waitForFinished(5'000))
                m_process.kill();
            m_process.waitForFinished();
            if (QTest::currentTestFailed())
                qInfo("%s", m_process.readAll().constData());
        }

    private:
        QProcess m_process;
    };

    static QString program()
    {
        return QStandardPaths::findExecutable(u"miniupnpd"_s, {u"/usr/sbin"_s, u"/usr/local/sbin"_s});
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const std::string why = Lab::whyNot(); !why.empty())
            QSKIP(why.c_str());
        if (program().isEmpty())
            QSKIP("there is no program miniupnpd (Debian: miniupnpd)");
    }

    void theRouterPassesThePortOn()
    {
        const Network network(Lab::Nat::PortPreserving, Lab::Nat::None);
        const PortMapper mapper(network);
        const auto node = network.node("alice");
        const QJsonObject reach = node->reach(u"mapped_port"_s);
        QCOMPARE(reach[u"observed"_s].toString(), u"198.51.100.10"_s);
        QVERIFY(reach[u"endpoints"_s].toArray().at(0).toString().startsWith(u"198.51.100.10:"_s));
    }

    void nobodyAsksWhereItIsSwitchedOff()
    {
        const Network network(Lab::Nat::PortPreserving, Lab::Nat::None);
        const PortMapper mapper(network);
        const auto node = network.node("alice", {u"--no-port-mapping"_s});
        QVERIFY(!node->reach(u"none"_s).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestPortMapping)
#include "tst_port_mapping.moc"
