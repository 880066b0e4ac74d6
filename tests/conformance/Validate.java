// HAPI's FHIR validator over bundles, every resource of them held against its UK Core profile, where there is one.
//
//   java -cp 'JARS/*' Validate.java UK_CORE_DIR FILE...
//
// Prints a line for each file, `checked FILE`, and for each finding `SEVERITY FILE PLACE: MESSAGE`. Fetches nothing:
// what is not in UK_CORE_DIR or in HAPI's own resources is unknown to it.

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;

public class Validate {
    private static final String UK_CORE = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-";
    private static final FhirContext R4 = FhirContext.forR4();

    public static void main(String[] args) throws IOException {
        Set<String> profiles = new HashSet<>();
        FhirValidator validator = validator(Path.of(args[0]), profiles);
        for (int at = 1; at < args.length; at++) {
            Path file = Path.of(args[at]);
            Resource resource = (Resource) read(file);
            profile(resource, profiles);
            for (SingleValidationMessage said : validator.validateWithResult(resource).getMessages()) {
                if (said.getSeverity().compareTo(ResultSeverityEnum.WARNING) >= 0) {
                    String message = said.getMessage().replaceAll("\\s+", " ");
                    System.out.printf(
                            "%s %s %s: %s%n",
                            said.getSeverity().getCode(), file.getFileName(), said.getLocationString(), message);
                }
            }
            System.out.printf("checked %s%n", file.getFileName());
        }
    }

    /** Let each resource of a bundle claim its UK Core profile. */
    private static void profile(Resource resource, Set<String> profiles) {
        String wanted = UK_CORE + resource.fhirType();
        if (profiles.contains(wanted) && !resource.getMeta().hasProfile(wanted)) {
            resource.getMeta().addProfile(wanted);
        }
        if (resource instanceof Bundle bundle) {
            bundle.getEntry().stream()
                    .filter(Bundle.BundleEntryComponent::hasResource)
                    .forEach(entry -> profile(entry.getResource(), profiles));
        }
    }

    private static FhirValidator validator(Path ukCore, Set<String> profiles) throws IOException {
        PrePopulatedValidationSupport own = new PrePopulatedValidationSupport(R4);
        for (String folder : List.of("structuredefinitions", "valuesets", "codesystems")) {
            for (Path file : xmlOf(ukCore.resolve(folder))) {
                own.addResource(read(file));
                if (folder.equals("structuredefinitions")) {
                    profiles.add("https://fhir.hl7.org.uk/StructureDefinition/" + nameOf(file));
                }
            }
        }
        UnknownCodeSystemWarningValidationSupport unknown = new UnknownCodeSystemWarningValidationSupport(R4);
        ValidationSupportChain chain = new ValidationSupportChain(
                own,
                new DefaultProfileValidationSupport(R4),
                new CommonCodeSystemsTerminologyService(R4),
                new InMemoryTerminologyServerValidationSupport(R4),
                new SnapshotGeneratingValidationSupport(R4),
                unknown);
        FhirInstanceValidator module = new FhirInstanceValidator(chain);
        module.setAnyExtensionsAllowed(true);
        return R4.newValidator().registerValidatorModule(module);
    }

    private static List<Path> xmlOf(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return new ArrayList<>(files.filter(file -> file.toString().endsWith(".xml")).sorted().toList());
        }
    }

    private static String nameOf(Path file) {
        return file.getFileName().toString().replace(".xml", "");
    }

    private static IBaseResource read(Path file) throws IOException {
        String text = Files.readString(file);
        boolean xml = text.stripLeading().startsWith("<");
        return (xml ? R4.newXmlParser() : R4.newJsonParser()).parseResource(text);
    }
}
